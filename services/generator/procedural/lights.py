"""Lights out of focus: soft discs and points, added to a picture at any fraction of a pixel."""

from __future__ import annotations

import cv2
import numpy as np

from services.generator.procedural.fields import Floats


def disc(radius: float, edge: float, rim: float) -> Floats:
    """A disc of `radius` pixels, float32 [n, n]: `edge` pixels soft, its rim brighter by `rim`."""
    half = int(np.ceil(radius + 3 * edge)) + 2
    grid = np.arange(-half, half + 1, dtype=np.float32)
    distance = np.hypot(*np.meshgrid(grid, grid))
    body = 1 / (1 + np.exp((distance - radius) / max(edge, 0.25)))
    lens = 1 + rim * np.clip(distance / radius, 0, 1) ** 4
    return np.asarray(body * lens, np.float32)


def add_light(light: Floats, patch: Floats, x: float, y: float, color: Floats) -> None:
    """Add a patch around (x, y) in pixels to linear light, float32 [h, w, 3], in place."""
    height, width = light.shape[:2]
    half = patch.shape[0] // 2
    left, top = int(np.floor(x)) - half, int(np.floor(y)) - half
    size = patch.shape[0] + 1
    if left >= width or top >= height or left + size <= 0 or top + size <= 0:
        return
    shift = np.array([[1, 0, x - np.floor(x)], [0, 1, y - np.floor(y)]], np.float32)
    moved = np.asarray(cv2.warpAffine(patch, shift, (size, size)), np.float32)
    rows = slice(max(0, top), min(height, top + size))
    columns = slice(max(0, left), min(width, left + size))
    part = moved[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    light[rows, columns] += part[..., None] * color
