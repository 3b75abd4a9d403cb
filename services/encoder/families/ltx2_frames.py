"""The encoder "ltx2.frames": a keyframe, or the clip to go on from, as latents of LTX-2's VAE.

A single picture is first compressed by H.264 as the model's training frames were; the strength of
that compression (CRF) is in the key.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.encoder.families.frames import load_image
from services.encoder.families.loading import device, load, to_bits
from shared.brief import MediaKind
from shared.condition import Scalar, Tensors
from shared.errors import InvalidInput
from shared.families.request import FamilyEncodeRequest, Geometry, Source
from shared.media.video import VideoReader


def encode(
    request: FamilyEncodeRequest, paths: list[Path], progress: Callable[[float], None]
) -> tuple[dict[str, Scalar], Tensors]:
    """Tensor "latents" [1, C, T, h, w], T being 1 for a picture."""
    import torch

    (component,) = request.components
    vae = load("diffusers", "AutoencoderKLLTX2Video", component, "vae", request.compute)
    if request.geometry is None:
        raise InvalidInput("ltx2.frames without a geometry; expected width, height and frames")
    pixels = _read(request, request.geometry, paths[0])
    progress(0.3)
    video = _scaled(pixels, request.geometry).to(device(), vae.dtype)
    with torch.no_grad():
        found = vae.encode(video).latent_dist.mode()
    mean, std = (
        values.view(1, -1, 1, 1, 1).to(found) for values in (vae.latents_mean, vae.latents_std)
    )
    return {}, {"latents": to_bits((found - mean) * 1.0 / std, request.dtype)}


def _read(request: FamilyEncodeRequest, geometry: Geometry, path: Path) -> NDArray[np.uint8]:
    """Frames uint8 [F, H, W, 3] at the source's own size."""
    (source,) = request.sources
    if source.kind is MediaKind.VIDEO:
        return read_frames(source, geometry, path)
    from diffusers.pipelines.ltx2.utils import apply_image_conditioning_crf

    if request.crf is None:
        raise InvalidInput("a picture for LTX-2 without crf; expected 0 to 51")
    picture = np.asarray(load_image(path))
    return np.asarray(apply_image_conditioning_crf(picture, request.crf))[None]


def read_frames(source: Source, geometry: Geometry, path: Path) -> NDArray[np.uint8]:
    """A clip's frames at the rate of the grid: uint8 [F, H, W, 3] at its own size."""
    rate = geometry.frame_rate
    times = [source.start_seconds + Fraction(i) / rate for i in range(geometry.frames)]
    with VideoReader(path) as reader:
        size = (reader.width, reader.height)
        frames = [np.asarray(frame.rgb(*size)) for frame in reader.frames_at(times)]
    return np.stack(frames)


def _scaled(frames: NDArray[np.uint8], geometry: Geometry) -> Any:
    """Filling the size, the middle of it, -1..1: float32 [1, 3, F, H, W]."""
    import torch

    _, height, width, _ = frames.shape
    scale = max(geometry.height / height, geometry.width / width)
    size = (ceil(height * scale), ceil(width * scale))
    # Bilinear without smoothing, as the pipeline does it.
    pixels = torch.from_numpy(frames.astype(np.float32)).permute(0, 3, 1, 2)
    pixels = torch.nn.functional.interpolate(
        pixels, size=size, mode="bilinear", align_corners=False
    )
    top, left = (size[0] - geometry.height) // 2, (size[1] - geometry.width) // 2
    pixels = pixels[:, :, top : top + geometry.height, left : left + geometry.width]
    return pixels.permute(1, 0, 2, 3)[None] / 127.5 - 1.0
