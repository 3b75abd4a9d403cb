"""The encoders "wan.i2v", "wan.vace", "wan.video", "wan.reference": pixels as latents of Wan's VAE.

All are what the stock pipelines compute inside: most likely latents, in float32, normalised by the
autoencoder's own statistics.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.encoder.families.frames import control, fitted, load_image, read_clip
from services.encoder.families.loading import device, load, to_bits
from shared.condition import Scalar, Tensors
from shared.errors import InvalidInput
from shared.families.packing import pack_mask
from shared.families.request import FamilyEncodeRequest, Geometry

if TYPE_CHECKING:
    import torch

Progress = Callable[[float], None]
Encoded = tuple[dict[str, Scalar], Tensors]


def encode_frames(request: FamilyEncodeRequest, paths: list[Path], progress: Progress) -> Encoded:
    """Tensor "latents" [1, C, T, h, w]: a clip of the first frame, grey, and the last if given.

    A length of one frame encodes the first alone. The mask that goes with it follows from the
    shape (`shared.families.packing.image_condition`).
    """
    import torch

    vae, geometry = _vae(request), _geometry(request)
    first, *last = (
        _pixels(vae, fitted(load_image(path), geometry, request.fit), geometry) for path in paths
    )
    progress(0.3)
    clip = [first.unsqueeze(2)]
    if geometry.frames > 1:
        empty = geometry.frames - 1 - len(last)
        clip.append(first.new_zeros(1, 3, empty, geometry.height, geometry.width))
    clip += [picture.unsqueeze(2) for picture in last]
    latents = _latents(vae, torch.cat(clip, dim=2).to(vae.dtype))
    return {"has_last": int(bool(last))}, {"latents": to_bits(latents, request.dtype)}


def encode_control(request: FamilyEncodeRequest, paths: list[Path], progress: Progress) -> Encoded:
    """Tensors "inactive" and "reactive" [1, C, T, h, w] and "mask", packed [1, 64, T, h, w].

    Inactive is what the mask keeps, reactive what is to change. Value `held_frames`.
    """
    import torch

    geometry, given = _geometry(request), control(request, paths, progress)
    vae = _vae(request)  # after what may be refused
    mask = torch.from_numpy(given.mask).to(device(), vae.dtype)[None, None]
    if paths:
        # As the pipeline's own processor does: to 0..1, then to -1..1.
        pixels = torch.from_numpy(given.frames).to(torch.float32) / 255.0
        video = (2.0 * pixels.permute(3, 0, 1, 2)[None] - 1.0).to(device(), vae.dtype)
    else:
        video = torch.zeros(1, 3, *given.mask.shape, dtype=vae.dtype, device=device())
    progress(0.5)
    inactive = _latents(vae, video * (1 - mask))
    progress(0.75)
    reactive = _latents(vae, video * mask)
    tensors = {
        "inactive": to_bits(inactive, request.dtype),
        "reactive": to_bits(reactive, request.dtype),
        "mask": pack_mask(_cells(given.mask, vae, geometry)),
    }
    return {"held_frames": given.held_frames}, tensors


def encode_video(request: FamilyEncodeRequest, paths: list[Path], progress: Progress) -> Encoded:
    """Tensor "latents" [1, C, T, h, w]: a clip that is followed as it is. Value `held_frames`."""
    import torch

    vae, geometry = _vae(request), _geometry(request)
    frames, held = read_clip(request.sources[0], paths[0], geometry, request.fit, progress)
    # As the pipeline's own processor does: to 0..1, then to -1..1.
    pixels = torch.from_numpy(frames).to(torch.float32) / 255.0
    video = (2.0 * pixels.permute(3, 0, 1, 2)[None] - 1.0).to(device(), vae.dtype)
    progress(0.5)
    return {"held_frames": held}, {"latents": to_bits(_latents(vae, video), request.dtype)}


def encode_reference(
    request: FamilyEncodeRequest, paths: list[Path], progress: Progress
) -> Encoded:
    """Tensor "latents" [1, C, 1, h, w]: a picture, whole, in the middle of white."""
    import torch
    from diffusers.video_processor import VideoProcessor

    vae, geometry = _vae(request), _geometry(request)
    scale = int(vae.config.scale_factor_spatial)
    image = VideoProcessor(vae_scale_factor=scale).preprocess(load_image(paths[0]))
    height, width = image.shape[-2:]
    ratio = min(geometry.height / height, geometry.width / width)
    inner = (int(height * ratio), int(width * ratio))
    if min(inner) < 1:
        raise InvalidInput(
            f"the picture is {width}x{height}; too narrow for {geometry.width}x{geometry.height}"
        )
    progress(0.3)
    small = torch.nn.functional.interpolate(image, size=inner, mode="bilinear", align_corners=False)
    canvas = torch.ones(1, 3, geometry.height, geometry.width, dtype=torch.float32)
    top, left = (geometry.height - inner[0]) // 2, (geometry.width - inner[1]) // 2
    canvas[:, :, top : top + inner[0], left : left + inner[1]] = small
    latents = _latents(vae, canvas.unsqueeze(2).to(device(), vae.dtype))
    return {}, {"latents": to_bits(latents, request.dtype)}


def _vae(request: FamilyEncodeRequest) -> Any:
    (component,) = request.components
    return load("diffusers", "AutoencoderKLWan", component, "vae", request.compute)


def _geometry(request: FamilyEncodeRequest) -> Geometry:
    if request.geometry is None:
        raise InvalidInput(f"{request.encoder} without a geometry; expected width, height, frames")
    return request.geometry


def _pixels(vae: Any, image: Any, geometry: Geometry) -> torch.Tensor:
    import torch
    from diffusers.video_processor import VideoProcessor

    processor = VideoProcessor(vae_scale_factor=int(vae.config.scale_factor_spatial))
    pixels: torch.Tensor = processor.preprocess(
        image, height=geometry.height, width=geometry.width
    ).to(device(), dtype=torch.float32)
    return pixels


def _latents(vae: Any, video: torch.Tensor) -> torch.Tensor:
    import torch

    with torch.no_grad():
        found = vae.encode(video).latent_dist.mode().float()
    mean, std = (
        torch.tensor(values).view(1, vae.config.z_dim, 1, 1, 1).to(found.device, torch.float32)
        for values in (vae.config.latents_mean, vae.config.latents_std)
    )
    # By the inverse, as the pipelines do: dividing rounds differently.
    normalised: torch.Tensor = (found - mean) * (1.0 / std)
    return normalised


def _cells(mask: Any, vae: Any, geometry: Geometry) -> Any:
    """The mask as Wan VACE reads it: each 8x8 of pixels as 64 channels of a latent's cell."""
    import torch

    side, step = int(vae.config.scale_factor_spatial), int(vae.config.scale_factor_temporal)
    frames, height, width = mask.shape
    cells = torch.from_numpy(mask).to(torch.float32)
    cells = cells.view(frames, height // side, side, width // side, side)
    cells = cells.permute(2, 4, 0, 1, 3).flatten(0, 1)
    size = ((frames + step - 1) // step, height // side, width // side)
    nearest = torch.nn.functional.interpolate(cells[None], size=size, mode="nearest-exact")
    return (nearest > 0.5).numpy()
