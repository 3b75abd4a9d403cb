"""Observations with known content, for tests of the director: real types, made-up numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from services.gateway.material import Material, gather_material
from shared.brief import MediaKind, Reference, Role
from shared.digest import Digest
from shared.observation import ImageStyle, VideoMotion

FRAMES_PER_SECOND = 25


def reference(handle: str, kind: MediaKind, *roles: Role) -> Reference:
    return Reference(handle, kind, Digest.of_bytes(handle.encode()), roles)


def motion(seconds: float, *, speed: float = 0.1, shots: tuple[int, ...] = (0,)) -> VideoMotion:
    """A clip at 25 fps whose picture moves at `speed` widths a second."""
    count = round(seconds * FRAMES_PER_SECOND)
    return VideoMotion(
        width=1280,
        height=720,
        time_base=Fraction(1, FRAMES_PER_SECOND),
        duration_seconds=seconds,
        pts=np.arange(count, dtype=np.int64),
        shot_starts=np.array(shots, dtype=np.int64),
        flow=np.tile(np.array([speed, 0], np.float32), (count, 1)),
        flow_magnitude=np.full(count, speed, np.float32),
        flow_directions=np.zeros((count, 8), np.float32),
        subject_directions=np.zeros((count, 8), np.float32),
        sharpness=np.ones(count, np.float32),
        luma=np.full(count, 0.5, np.float32),
        saliency_center=np.full((count, 2), 0.5, np.float32),
        shot_lab_mean=np.tile(np.array([50, 0, 0], np.float32), (len(shots), 1)),
    )


def style(width: int = 1500, height: int = 1000) -> ImageStyle:
    """A photo of a mean grey with its subject left of the middle."""
    return ImageStyle(
        width=width,
        height=height,
        sharpness=1.0,
        saliency_x=0.4,
        saliency_y=0.5,
        palette_rgb=np.full((1, 3), 0.5, np.float32),
        palette_weights=np.ones(1, np.float32),
        lab_mean=np.array([60, 10, 10], np.float32),
        lab_std=np.ones(3, np.float32),
        saliency=np.full((4, 6), 1 / 24, np.float32),
    )


def material(
    clips: dict[str, VideoMotion],
    photos: dict[str, ImageStyle] | None = None,
    roles: dict[str, tuple[Role, ...]] | None = None,
) -> Material:
    """Material of clips and photos by handle."""
    roles = roles or {}
    videos = [reference(name, MediaKind.VIDEO, *roles.get(name, ())) for name in clips]
    images = [reference(name, MediaKind.IMAGE, *roles.get(name, ())) for name in photos or {}]
    return gather_material(
        (*videos, *images),
        {item.blob: clips[item.handle] for item in videos},
        {item.blob: (photos or {})[item.handle] for item in images},
    )
