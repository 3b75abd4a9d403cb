"""What LTX-2's denoiser takes: prompts, pictures as tokens, their places in space and time.

As `LTX2ConditionPipeline` of diffusers prepares them, in its order of operations. Patches are of
one latent cell, as in all published models.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.generator.diffusion.family import Bundle
from services.generator.diffusion.loading import device, from_bits
from shared.diffusion import DiffusionRequest
from shared.families.catalogue import find_model
from shared.families.family import Part, Picture
from shared.families.packing import unpack_mask
from shared.families.request import DType, Geometry

if TYPE_CHECKING:
    import torch

# What the audio autoencoder reduces time and frequency by.
AUDIO_REDUCTION = 4
_PIXELS_PER_LATENT = 32


@dataclass(slots=True)
class Prompts:
    """The connectors' outputs [B, 1024, C] and their mask; the negative first where guided."""

    video: torch.Tensor
    audio: torch.Tensor
    mask: torch.Tensor

    def wanted(self) -> Prompts:
        """Those of the prompt alone."""
        return Prompts(self.video[-1:], self.audio[-1:], self.mask[-1:])


@dataclass(slots=True)
class Tokens:
    """Noisy tokens [1, S, C] with how firmly each is given (`held` [1, S, 1]) and as what.

    `places` [1, 3, S, 2] are when and where they are; keyframes stand behind the film's tokens.
    """

    noisy: torch.Tensor
    held: torch.Tensor
    given: torch.Tensor
    places: torch.Tensor


@dataclass(frozen=True, slots=True)
class AudioShape:
    """A clip's sound as latents: `frames` by `channels` by `bins` of frequency."""

    frames: int
    channels: int
    bins: int


def prompts_of(bundle: Bundle, dtype: DType) -> Prompts:
    """The stored outputs of the connectors."""
    import torch

    names = [name for name in ("ltx2.neg", "ltx2.pos") if name in bundle]
    found = [bundle[name] for name in names]
    masks = [unpack_mask(one["mask"], one["video"].shape[:2], DType.FLOAT32) for one in found]
    return Prompts(
        torch.cat([from_bits(one["video"], dtype) for one in found]),
        torch.cat([from_bits(one["audio"], dtype) for one in found]),
        torch.cat([from_bits(mask, DType.FLOAT32).long() for mask in masks]),
    )


def audio_shape(geometry: Geometry, config: dict[str, Any]) -> AudioShape:
    """The sound of a clip, by the audio autoencoder's configuration."""
    rate = config["sample_rate"] / config["mel_hop_length"] / float(AUDIO_REDUCTION)
    seconds = geometry.frames / float(geometry.frame_rate)
    return AudioShape(
        round(seconds * rate), config["latent_channels"], config["mel_bins"] // AUDIO_REDUCTION
    )


def packed(latents: torch.Tensor) -> torch.Tensor:
    """Latents [1, C, T, h, w] as tokens [1, T * h * w, C]."""
    return latents.flatten(2).transpose(1, 2)


def tokens_of(
    request: DiffusionRequest,
    bundle: Bundle,
    rope: Any,
    generator: torch.Generator,
    handed_over: torch.Tensor | None = None,
) -> Tokens:
    """The film's tokens at the first step, with all pictures in their places.

    Latents that were `handed_over` [1, C, n, h, w] are held as the first.
    """
    import torch

    _, model = find_model(request.shot.model)
    geometry, grid = request.geometry, model.grid
    shape = grid.latent_shape(geometry)
    film = packed(torch.zeros(shape, device=device()))
    held = torch.zeros(1, film.shape[1], 1, device=device())
    given = torch.zeros_like(film)
    rate = float(geometry.frame_rate)
    parts = [(film, held, given, rope.prepare_video_coords(1, *shape[2:], film.device, fps=rate))]
    compute = request.shot.compute or request.shot.dtype
    for index, picture in enumerate(request.shot.pictures):
        latents = from_bits(bundle[f"ltx2.cond.{index}"]["latents"], compute).float()
        tokens, place = packed(latents), place_of(picture, shape[2])
        if place == 0:
            film[:, : tokens.shape[1]] = given[:, : tokens.shape[1]] = tokens
            held[:, : tokens.shape[1]] = picture.strength
        else:
            firm = torch.full((1, tokens.shape[1], 1), float(picture.strength), device=device())
            start = (place - 1) * grid.frame_step + 1
            frames = request.shot.keep_frames if picture.part is Part.VIDEO else 1
            where = _keyframe_places(latents, start, frames, grid.frame_step, rate)
            parts.append((tokens, firm, tokens, where))
    if handed_over is not None:
        tokens = packed(handed_over)
        film[:, : tokens.shape[1]] = given[:, : tokens.shape[1]] = tokens
        held[:, : tokens.shape[1]] = 1.0
    clean, held, given, places = (
        torch.cat(one, dim=2 if one[0].ndim == 4 else 1) for one in zip(*parts, strict=True)
    )
    noise = torch.randn(clean.shape, generator=generator, dtype=torch.float32).to(device())
    free = (1.0 - held) * 1.0
    return Tokens(noise * free + clean * (1 - free), held, given, places)


def place_of(picture: Picture, latent_frames: int) -> int:
    """The latent frame a picture stands at: a last frame's is the last, else as it says."""
    index = picture.latent_index
    if picture.part is Part.LAST and index == 0:
        index = -1
    return index % latent_frames


def _keyframe_places(
    latents: torch.Tensor, start: int, pixel_frames: int, step: int, rate: float
) -> torch.Tensor:
    """Where the tokens of a keyframe are: [1, 3, S, 2] of first and end, time in seconds."""
    import torch

    _, _, frames, height, width = latents.shape
    axes = [
        torch.arange(0, count, 1, dtype=torch.float32, device=latents.device)
        for count in (frames, height, width)
    ]
    first = torch.stack(torch.meshgrid(*axes, indexing="ij"))
    places = torch.stack([first, first + 1.0], dim=-1).flatten(1, 3).unsqueeze(0)
    side = _PIXELS_PER_LATENT
    scale = torch.tensor([step, side, side], dtype=places.dtype, device=latents.device)
    places = places * scale.view(1, 3, 1, 1)
    places[:, 0] = places[:, 0] + start
    if pixel_frames == 1:  # a single picture is there for one frame, not for a latent's
        places[:, 0, :, 1:] = places[:, 0, :, :1] + 1
    places[:, 0] = places[:, 0] / rate
    return places
