"""The encoder "image.composition": where the subject is, where it is calm, how it is balanced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from services.encoder.saliency import find_center, find_saliency
from shared.condition import Scalar, Tensors
from shared.media.photo import load_photo

_WORK_SIDE_PIXELS = 320
_SUBJECT_SHARE = 0.5  # of all saliency lies in the subject's box
_THIRD_POINTS = [(x / 3, y / 3) for x in (1, 2) for y in (1, 2)]
_FARTHEST_FROM_THIRDS = float(np.hypot(1 / 3, 1 / 3))
# Where type may stand: three bands across, and four corners a third high and half as wide.
_CALM_BOXES = np.array(
    [(0, row / 3, 1, 1 / 3) for row in range(3)]
    + [(x / 2, y * 2 / 3, 1 / 2, 1 / 3) for x in (0, 1) for y in (0, 1)],
    np.float32,
)
_CORNER_PENALTY = 1.25  # a band holds more words than a corner: a corner must be calmer
_MIN_HORIZON_SHARE = 0.45  # of the width that a horizon's straight edge has to span
_MAX_TILT_DEGREES = 12.0


def encode_composition(
    path: Path, progress: Callable[[float], None]
) -> tuple[dict[str, Scalar], Tensors]:
    """Values and tensors of `Composition` for a photo; raises `InvalidInput`."""
    cv2.setNumThreads(1)  # The pool runs a process per core.
    progress(0.0)
    return compose(load_photo(path, max_side=_WORK_SIDE_PIXELS))


def compose(rgb: NDArray[np.uint8]) -> tuple[dict[str, Scalar], Tensors]:
    """The same for a picture uint8 [H, W, 3], sRGB."""
    gray = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    saliency = find_saliency(rgb)
    center = find_center(saliency)
    edges = _edges(gray)
    horizon_y, tilt_degrees = _horizon(gray)
    values: dict[str, Scalar] = {
        "symmetry": _symmetry(gray),
        "thirds": _nearness_to_thirds(center),
        "balance": _balance(saliency),
        "luma": float(gray.mean()) / 255,
        "contrast": float(gray.std()) / 255,
        "horizon_y": horizon_y,
        "tilt_degrees": tilt_degrees,
    }
    detail = cv2.resize(edges, (3, 3), interpolation=cv2.INTER_AREA) + 1e-6
    tensors: Tensors = {
        "subject": _subject(saliency, center),
        "detail": np.asarray(detail / detail.sum(), np.float32),
        "calm": _calm(edges, saliency),
    }
    return values, tensors


def _edges(gray: NDArray[np.uint8]) -> NDArray[np.float32]:
    smooth = cv2.GaussianBlur(gray, (0, 0), 1.0)
    across, down = cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _subject(saliency: NDArray[np.float32], center: tuple[float, float]) -> NDArray[np.float32]:
    """The box around the centre, shaped like the picture, that holds half of what stands out."""
    height, width = saliency.shape
    x = np.abs((np.arange(width) + 0.5) / width - center[0])
    y = np.abs((np.arange(height) + 0.5) / height - center[1])
    reach = np.maximum(x[None, :], y[:, None]).ravel()
    order = np.argsort(reach, kind="stable")
    held = np.cumsum(saliency.ravel()[order])
    half = float(reach[order][min(int(np.searchsorted(held, _SUBJECT_SHARE)), len(order) - 1)])
    left, right = max(0.0, center[0] - half), min(1.0, center[0] + half)
    top, bottom = max(0.0, center[1] - half), min(1.0, center[1] + half)
    return np.array([left, top, right - left, bottom - top], np.float32)


def _calm(edges: NDArray[np.float32], saliency: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = edges.shape
    # Nobody wants type over the subject, however smooth it is.
    seen = cv2.resize(saliency / saliency.mean(), (width, height))
    costs = []
    for index, (x, y, across, down) in enumerate(_CALM_BOXES):
        rows = _span(y, down, height)
        columns = _span(x, across, width)
        cost = (float(edges[rows, columns].mean()) + 1e-3) * float(seen[rows, columns].mean())
        costs.append(cost * (_CORNER_PENALTY if index >= 3 else 1.0))
    return np.array(_CALM_BOXES[int(np.argmin(costs))], np.float32)


def _span(start: float, length: float, side: int) -> slice:
    first = min(round(start * side), side - 1)
    return slice(first, max(first + 1, round((start + length) * side)))


def _symmetry(gray: NDArray[np.uint8]) -> float:
    small = cv2.resize(gray, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
    small -= small.mean()
    power = float(np.square(small).sum())
    if power < 1.0:
        return 1.0  # a flat picture is its own mirror image
    return float(np.clip((small * small[:, ::-1]).sum() / power, 0, 1))


def _nearness_to_thirds(center: tuple[float, float]) -> float:
    nearest = min(float(np.hypot(center[0] - x, center[1] - y)) for x, y in _THIRD_POINTS)
    return max(0.0, 1 - nearest / _FARTHEST_FROM_THIRDS)


def _balance(saliency: NDArray[np.float32]) -> float:
    width = saliency.shape[1]
    return float(saliency.sum(axis=0) @ (2 * (np.arange(width) + 0.5) / width - 1))


def _horizon(gray: NDArray[np.uint8]) -> tuple[float | None, float | None]:
    """Height and tilt of the longest nearly level edge, if it spans enough of the picture."""
    height, width = gray.shape
    outline = cv2.Canny(cv2.GaussianBlur(gray, (0, 0), 2.0), 30, 90)
    lines = cv2.HoughLinesP(
        outline, 1, np.pi / 360, max(20, width // 6), None, _MIN_HORIZON_SHARE * width, width // 16
    )
    best: tuple[float, float, float] | None = None
    for x0, y0, x1, y1 in () if lines is None else np.asarray(lines, np.float64).reshape(-1, 4):
        tilt = float(np.degrees(np.arctan2(y1 - y0, x1 - x0)))
        length = float(np.hypot(x1 - x0, y1 - y0))
        if abs(tilt) <= _MAX_TILT_DEGREES and (best is None or length > best[0]):
            middle = y0 + (y1 - y0) * (width / 2 - x0) / (x1 - x0)
            best = (length, float(np.clip(middle / height, 0, 1)), tilt)
    return (None, None) if best is None else (best[1], best[2])
