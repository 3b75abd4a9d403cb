"""LTX-2: picture and sound denoised together, from stored conditions.

Each step computes what `LTX2ConditionPipeline` of diffusers computes, in its order of operations,
so that picture and sound are equal bit by bit. Its prompt and negative are one batch, as there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from services.generator.diffusion import speed
from services.generator.diffusion.checkpoint import restore_scheduler, scheduler_state
from services.generator.diffusion.family import Bundle, Decoded, State
from services.generator.diffusion.handover import dropped, held_latents, whole
from services.generator.diffusion.loading import (
    device,
    load_model,
    load_scheduler,
    read_config,
)
from services.generator.diffusion.ltx2_guidance import Prediction, guided
from services.generator.diffusion.ltx2_inputs import (
    AudioShape,
    Prompts,
    Tokens,
    audio_shape,
    prompts_of,
    tokens_of,
)
from services.generator.diffusion.resident import denoiser
from shared.blobs import BlobStore
from shared.diffusion import DecodeRequest, DiffusionRequest
from shared.families.catalogue import find_model
from shared.families.handover import clip_frames
from shared.families.request import DType

if TYPE_CHECKING:
    import torch

_VAE = "ltx2-vae"


def begin(request: DiffusionRequest, bundle: Bundle, blobs: BlobStore) -> Ltx2Denoising:
    """See `DiffusionFamily`."""
    import numpy as np
    import torch

    model = denoiser(blobs, request, "LTX2VideoTransformer3DModel", "transformer")
    speed.make_room((model,), ())
    # On the CPU wherever it runs: one seed is one noise on all devices.
    generator = torch.Generator().manual_seed(request.seed)
    held = held_latents(blobs, request)
    tokens = tokens_of(request, bundle, model.rope, generator, held)
    shape = audio_shape(request.geometry, read_config(request.shot.model, "audio_vae"))
    size = (1, shape.frames, shape.channels * shape.bins)
    noise = torch.randn(size, generator=generator, dtype=torch.float32).to(device())
    schedulers = {}
    for name in ("video", "audio"):
        scheduler = load_scheduler(request.shot.model, request.sampler, request.shift)
        sigmas = np.linspace(1.0, 1 / request.steps, request.steps)
        shift = _shift_of(tokens.noisy.shape[1], scheduler.config)
        scheduler.set_timesteps(sigmas=sigmas, device=device(), mu=shift)
        schedulers[name] = scheduler
    prompts = prompts_of(bundle, request.shot.dtype)
    return Ltx2Denoising(request, model, schedulers, prompts, tokens, shape, noise)


def _shift_of(tokens: int, config: Any) -> float:
    """How far noise is shifted for a film of this many tokens, by the scheduler's configuration."""
    least, most = config.get("base_image_seq_len", 1024), config.get("max_image_seq_len", 4096)
    low, high = config.get("base_shift", 0.95), config.get("max_shift", 2.05)
    slope = (high - low) / (most - least)
    return float(tokens * slope + (low - slope * least))


@dataclass(slots=True)
class Ltx2Denoising:
    """One take under way."""

    _request: DiffusionRequest
    _model: Any
    _schedulers: dict[str, Any]
    _prompts: Prompts
    _tokens: Tokens
    _audio: AudioShape
    _sound: torch.Tensor
    models: tuple[Any, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.models = (self._model,)

    def step(self, index: int) -> None:
        import torch

        with torch.no_grad():
            time = self._schedulers["video"].timesteps[index]
            found = guided(self._predict, self._request.guidance, time, index)
            tokens, held = self._tokens, self._tokens.held
            clean = found.video * (1 - held) + tokens.given * held
            tokens.noisy = self._stepped("video", tokens.noisy, clean, time, index)
            self._sound = self._stepped("audio", self._sound, found.audio, time, index)

    def state(self) -> State:
        state = State({"noisy": self._tokens.noisy, "sound": self._sound})
        for name, scheduler in self._schedulers.items():
            found = scheduler_state(name, scheduler)
            state.tensors |= found.tensors
            state.numbers |= found.numbers
        return state

    def restore(self, state: State) -> None:
        self._tokens.noisy, self._sound = state.tensors["noisy"], state.tensors["sound"]
        for name, scheduler in self._schedulers.items():
            restore_scheduler(name, scheduler, state)

    def latents(self) -> dict[str, torch.Tensor]:
        _, model = find_model(self._request.shot.model)
        frames, height, width = model.grid.latent_shape(self._request.geometry)[2:]
        film = self._tokens.noisy[:, : frames * height * width]
        shape = (1, frames, height, width, film.shape[2])
        return {
            "latents": film.reshape(shape).permute(0, 4, 1, 2, 3).contiguous(),
            "sound": self._sound.contiguous(),
        }

    def _stepped(
        self, name: str, noisy: torch.Tensor, clean: torch.Tensor, time: torch.Tensor, index: int
    ) -> torch.Tensor:
        scheduler = self._schedulers[name]
        velocity = (noisy - clean) / scheduler.sigmas[index]
        found: torch.Tensor = scheduler.step(velocity, time, noisy, return_dict=False)[0]
        return found

    def _predict(
        self, name: str, time: torch.Tensor, index: int, *, is_pair: bool = False, **more: Any
    ) -> list[Prediction]:
        """The clean film and sound as the network sees them, one for each prompt of the batch."""
        prompts = self._prompts if is_pair else self._prompts.wanted()
        count = prompts.video.shape[0]
        dtype = self._prompts.video.dtype
        tokens, geometry = self._tokens, self._request.geometry
        times = time.expand(count)
        _, model = find_model(self._request.shot.model)
        frames, height, width = model.grid.latent_shape(geometry)[2:]
        sound_places = self._model.audio_rope.prepare_audio_coords(
            1, self._audio.frames, self._sound.device
        )
        with self._model.cache_context(name):
            video, audio = self._model(
                hidden_states=tokens.noisy.repeat(count, 1, 1).to(dtype),
                audio_hidden_states=self._sound.repeat(count, 1, 1).to(dtype),
                encoder_hidden_states=prompts.video,
                audio_encoder_hidden_states=prompts.audio,
                timestep=times.unsqueeze(-1) * (1 - tokens.held.squeeze(-1)),
                audio_timestep=times,
                sigma=times,
                audio_sigma=times,
                encoder_attention_mask=prompts.mask,
                audio_encoder_attention_mask=prompts.mask,
                num_frames=frames,
                height=height,
                width=width,
                fps=float(geometry.frame_rate),
                audio_num_frames=self._audio.frames,
                video_coords=tokens.places.repeat(count, 1, 1, 1),
                audio_coords=sound_places.repeat(count, 1, 1, 1),
                use_cross_timestep=True,
                return_dict=False,
                **more,
            )
        sigmas = {key: one.sigmas[index] for key, one in self._schedulers.items()}
        return [
            Prediction(
                tokens.noisy - one.float() * sigmas["video"],
                self._sound - other.float() * sigmas["audio"],
            )
            for one, other in zip(video.split(1), audio.split(1), strict=True)
        ]


def decoder(request: DecodeRequest) -> tuple[Any, ...]:
    """See `DiffusionFamily`."""
    return (_vae(request).decoder, _part(request, "diffusers", "AutoencoderKLLTX2Audio").decoder)


def decode(request: DecodeRequest, tensors: dict[str, torch.Tensor]) -> Decoded:
    """See `DiffusionFamily`."""
    import torch
    from diffusers.video_processor import VideoProcessor

    vae = _vae(request)
    vae.enable_tiling() if request.is_tiled else vae.disable_tiling()
    with torch.no_grad():
        latents = whole(tensors).to(vae.dtype)
        mean, std = (
            one.view(1, -1, 1, 1, 1).to(latents) for one in (vae.latents_mean, vae.latents_std)
        )
        latents = latents * std / vae.config.scaling_factor + mean
        film = vae.decode(latents.to(vae.dtype), None, return_dict=False)[0]
        film = film[:, :, dropped(request) :]
        sound, rate = _sound(request, tensors["sound"])
        sound = _from_the_clips_start(sound, rate, request)
    frames = VideoProcessor().postprocess_video(film, output_type="np")[0]
    return Decoded(frames, sound.float().cpu().numpy()[0], rate)


def _sound(request: DecodeRequest, packed: torch.Tensor) -> tuple[torch.Tensor, int]:
    vae = _part(request, "diffusers", "AutoencoderKLLTX2Audio")
    vocoder = _part(request, "diffusers.pipelines.ltx2.vocoder", "LTX2Vocoder")
    config = read_config(request.diffusion.shot.model, "audio_vae")
    shape = audio_shape(request.diffusion.geometry, config)
    latents = packed * vae.latents_std.to(packed) + vae.latents_mean.to(packed)
    latents = latents.unflatten(2, (-1, shape.bins)).transpose(1, 2)
    spectrum = vae.decode(latents.to(vae.dtype), return_dict=False)[0]
    return vocoder(spectrum), int(vocoder.config.output_sampling_rate)


def _from_the_clips_start(sound: torch.Tensor, rate: int, request: DecodeRequest) -> torch.Tensor:
    """Sound behind as much silence as a first latent has pictures more than the model knows of."""
    import torch

    diffusion = request.diffusion
    grid = find_model(diffusion.shot.model)[1].grid
    more = clip_frames(grid, diffusion.geometry, diffusion.shot.handover)
    silent = round((more - diffusion.geometry.frames) / diffusion.geometry.frame_rate * rate)
    return torch.nn.functional.pad(sound, (silent, 0))


def _vae(request: DecodeRequest) -> Any:
    return load_model("diffusers", "AutoencoderKLLTX2Video", _VAE, "vae", _dtype(request))


def _part(request: DecodeRequest, library: str, class_name: str) -> Any:
    folder = "vocoder" if "Vocoder" in class_name else "audio_vae"
    return load_model(library, class_name, request.diffusion.shot.model, folder, _dtype(request))


def _dtype(request: DecodeRequest) -> DType:
    return request.diffusion.shot.compute or request.diffusion.shot.dtype
