"""Whip: the camera tears away to the right out of one shot and comes to rest in the other.

Both pictures are continued sideways by their mirror images, so no edge is ever seen; the blur is
as long as the way the camera goes in one frame, which hides the change of picture at the cut.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from shared.media.color import Planes, Uint8Array

_WAY = 1.0  # that each of the two pictures goes, in widths
_POWER = 3  # of the ease: the speed grows with the square of the time
_SHUTTER = 0.7  # width of the blur's box as a share of the way in one frame
_BLACK = 16


@dataclass(frozen=True, slots=True)
class _Glance:
    """Where the camera looks in one frame, and how far it goes in it: in widths of the picture."""

    position: float
    speed: float


def whip(outgoing: Planes, incoming: Planes, index: int, count: int) -> Planes:
    """Frame `index` of `count`: the cut is at `count // 2`, where the camera is fastest."""
    before = count // 2
    if index < before:
        return _seen(outgoing, _glance((index + 0.5) / before, before))
    after = count - before
    back = _glance((count - index - 0.5) / after, after)
    return _seen(incoming, _Glance(-back.position, back.speed))


def _glance(share: float, frames: int) -> _Glance:
    return _Glance(_WAY * share**_POWER, _WAY * _POWER * share ** (_POWER - 1) / frames)


def _seen(picture: Planes, glance: _Glance) -> Planes:
    # Light adds up on film, not the levels that encode it: bright spots leave bright streaks.
    light = np.asarray(cv2.LUT(picture.y, _LIGHT))
    blurred = np.sqrt(_smear(light, glance).astype(np.float32) * np.float32(219**2 / _WHITE))
    luma = cv2.convertScaleAbs(blurred, alpha=1, beta=_BLACK)
    return Planes(
        np.asarray(luma, np.uint8), _chroma(picture.u, glance), _chroma(picture.v, glance)
    )


_WHITE = 40_000.0  # of linear light in 16 bits, with room for levels above 235
_LIGHT = (np.clip((np.arange(256) - _BLACK) / 219, 0, None) ** 2 * _WHITE).astype(np.uint16)


def _chroma(plane: Uint8Array, glance: _Glance) -> Uint8Array:
    return np.asarray(_smear(plane, glance), np.uint8)


def _smear(plane: np.ndarray, glance: _Glance) -> np.ndarray:
    height, width = plane.shape
    # Twice a box is softer than once: no double edges, as a shutter's own blur would leave.
    reach = round(_SHUTTER * glance.speed * width / 2)
    left = glance.position * width - 2 * reach
    placement = np.array([[1, 0, left], [0, 1, 0]], np.float64)
    strip = cv2.warpAffine(
        plane,
        placement,
        (width + 4 * reach, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REFLECT,
    )
    for _ in range(2):
        strip = cv2.blur(strip, (2 * reach + 1, 1), borderType=cv2.BORDER_REFLECT)
    return np.asarray(strip[:, 2 * reach : 2 * reach + width])
