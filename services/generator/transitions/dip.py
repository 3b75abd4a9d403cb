"""Dip: the outgoing picture goes black, and the incoming one comes out of the black."""

from __future__ import annotations

import cv2
import numpy as np

from shared.media.color import Planes, Uint8Array

_BLACK, _GRAY = 16, 128


def dip(outgoing: Planes, incoming: Planes, index: int, count: int) -> Planes:
    """Frame `index` of `count`: the cut is at `count // 2`, and the frames beside it are black."""
    before = count // 2
    if index < before:
        return _dim(outgoing, _eased((index + 1) / before))
    return _dim(incoming, _eased((count - index) / (count - before)))


def _eased(darkness: float) -> float:
    return darkness**2 * (3 - 2 * darkness)


def _dim(picture: Planes, darkness: float) -> Planes:
    def scale(plane: Uint8Array, zero: int) -> Uint8Array:
        levels = zero + (np.arange(256) - zero) * (1 - darkness)
        table = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
        return np.asarray(cv2.LUT(plane, table), np.uint8)

    return Planes(scale(picture.y, _BLACK), scale(picture.u, _GRAY), scale(picture.v, _GRAY))
