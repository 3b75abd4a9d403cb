"""Wan 2.1 and 2.2: the denoising loop of its stock pipelines, from stored conditions.

Each step computes what `WanPipeline`, `WanImageToVideoPipeline` and `WanVACEPipeline` of diffusers
compute, in their order of operations, so that latents are equal bit by bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.generator.diffusion import speed
from services.generator.diffusion.checkpoint import restore_scheduler, scheduler_state
from services.generator.diffusion.family import Bundle, Decoded, State
from services.generator.diffusion.handover import dropped, held_latents, whole
from services.generator.diffusion.loading import device, load_model, load_scheduler
from services.generator.diffusion.resident import denoiser
from services.generator.diffusion.wan_inputs import Inputs, inputs_of
from shared.blobs import BlobStore
from shared.diffusion import DecodeRequest, DiffusionRequest
from shared.families.catalogue import find_model
from shared.families.family import Model
from shared.families.request import DType

if TYPE_CHECKING:
    import torch

_PLAIN, _VACE = "WanTransformer3DModel", "WanVACETransformer3DModel"
# `boundary_ratio` of the published pipelines: above it the first expert denoises.
_BOUNDARIES = {"wan2.2-t2v-a14b": 0.875, "wan2.2-i2v-a14b": 0.9}


def begin(request: DiffusionRequest, bundle: Bundle, blobs: BlobStore) -> WanDenoising:
    """See `DiffusionFamily`."""
    import torch

    _, model = find_model(request.shot.model)
    name = _VACE if "vace" in model.name else _PLAIN
    experts = tuple(
        denoiser(blobs, request, name, folder)
        for folder in ("transformer", "transformer_2")[: model.experts]
    )
    speed.make_room(experts[:1], experts[1:])
    scheduler = load_scheduler(model.name, request.sampler, request.shift)
    scheduler.set_timesteps(request.steps, device=device())
    layers = getattr(experts[0].config, "vace_layers", ())
    held = held_latents(blobs, request)
    taken = inputs_of(request, bundle, len(layers), held)
    shape = list(model.grid.latent_shape(request.geometry))
    shape[2] += taken.num_references
    # On the CPU wherever it runs: one seed is one noise on all devices.
    generator = torch.Generator().manual_seed(request.seed)
    noise = torch.randn(shape, generator=generator, dtype=torch.float32).to(device())
    if not taken.is_from_frames and taken.control is None:
        scheduler.set_begin_index(0)  # where the stock pipeline does
    return WanDenoising(request, model, experts, scheduler, taken, noise)


@dataclass(slots=True)
class WanDenoising:
    """One take under way; `models` are its experts, the one for much noise first."""

    _request: DiffusionRequest
    _model: Model
    models: tuple[Any, ...]
    _scheduler: Any
    _inputs: Inputs
    _noisy: torch.Tensor

    def step(self, index: int) -> None:
        import torch

        with torch.no_grad():
            time = self._scheduler.timesteps[index]
            expert, scale = self._expert(time)
            taken, times = self._taken(time)
            found = self._predict(expert, "cond", self._inputs.wanted, taken, times)
            if self._inputs.unwanted is not None:
                away = self._predict(expert, "uncond", self._inputs.unwanted, taken, times)
                found = away + scale * (found - away)
            self._noisy = self._scheduler.step(found, time, self._noisy, return_dict=False)[0]

    def state(self) -> State:
        state = scheduler_state("scheduler", self._scheduler)
        state.tensors["noisy"] = self._noisy
        return state

    def restore(self, state: State) -> None:
        self._noisy = state.tensors["noisy"]
        restore_scheduler("scheduler", self._scheduler, state)

    def latents(self) -> dict[str, torch.Tensor]:
        found = self._pasted(self._noisy[:, :, self._inputs.num_references :]).contiguous()
        if self._inputs.held is not None:  # to the bit, for the pictures both shots show
            found[:, :, : self._inputs.held.shape[2]] = self._inputs.held
        return {"latents": found}

    def _expert(self, time: torch.Tensor) -> tuple[Any, float]:
        guidance = self._request.guidance
        if len(self.models) == 1:
            return self.models[0], guidance.scale
        boundary = _BOUNDARIES[self._model.name] * self._scheduler.config.num_train_timesteps
        first, second = self.models
        if time >= boundary:
            speed.make_room((first,), (second,))
            return first, guidance.scale
        speed.make_room((second,), (first,))
        low = guidance.low_noise_scale
        return second, guidance.scale if low is None else low

    def _taken(self, time: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """What the transformer is given, and at which time of noise."""
        dtype = self.models[0].dtype
        if self._model.keeps_float32:  # 5B: every token has its own time
            times = (self._free()[0][0][:, ::2, ::2] * time).flatten()
            return self._beside(self._pasted(self._noisy)).to(dtype), times.unsqueeze(0)
        return self._beside(self._noisy).to(dtype), time.expand(1)

    def _beside(self, noisy: torch.Tensor) -> torch.Tensor:
        import torch

        beside = self._inputs.beside
        return noisy if beside is None else torch.cat([noisy, beside], dim=1)

    def _free(self) -> torch.Tensor:
        """1 where the model makes the picture, 0 in first frames that are given."""
        import torch

        free = torch.ones(1, 1, *self._noisy.shape[2:], device=self._noisy.device)
        if self._inputs.first is not None:
            free[:, :, : self._inputs.first.shape[2]] = 0
        return free

    def _pasted(self, latents: torch.Tensor) -> torch.Tensor:
        import torch

        if self._inputs.first is None:
            return latents
        free = self._free()
        given = self._inputs.first
        if given.shape[2] > 1:  # one frame is what the stock pipeline lays over all of them
            given = torch.nn.functional.pad(given, (0,) * 5 + (latents.shape[2] - given.shape[2],))
        return (1 - free) * given + free * latents

    def _predict(
        self,
        expert: Any,
        name: str,
        prompt: torch.Tensor,
        taken: torch.Tensor,
        times: torch.Tensor,
    ) -> Any:
        with expert.cache_context(name):
            return expert(
                hidden_states=taken,
                timestep=times,
                encoder_hidden_states=prompt,
                return_dict=False,
                **self._inputs.others,
            )[0]


def decoder(request: DecodeRequest) -> tuple[Any, ...]:
    """See `DiffusionFamily`."""
    return (_vae(request).decoder,)


def decode(request: DecodeRequest, tensors: dict[str, torch.Tensor]) -> Decoded:
    """See `DiffusionFamily`; in float32, as the pipelines' documentation asks for."""
    import torch
    from diffusers.video_processor import VideoProcessor

    vae = _vae(request)
    vae.enable_tiling() if request.is_tiled else vae.disable_tiling()
    with torch.no_grad():
        latents = whole(tensors).to(device(), vae.dtype)
        mean, std = (
            torch.tensor(values).view(1, vae.config.z_dim, 1, 1, 1).to(latents)
            for values in (vae.config.latents_mean, vae.config.latents_std)
        )
        film = vae.decode(latents / (1.0 / std) + mean, return_dict=False)[0]
    film = film[:, :, dropped(request) :]
    frames = VideoProcessor().postprocess_video(film, output_type="np")[0]
    return Decoded(frames)


def _vae(request: DecodeRequest) -> Any:
    _, model = find_model(request.diffusion.shot.model)
    component = next(name for name in model.components if "vae" in name)
    return load_model("diffusers", "AutoencoderKLWan", component, "vae", DType.FLOAT32)
