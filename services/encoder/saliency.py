"""Where people look: boolean map saliency with rarity of colour, detail and a centre prior.

Zhang and Sclaroff, "Saliency Detection: A Boolean Map Approach" (2013): a picture is thresholded
at many levels in every channel; what does not touch the border in such a map is surrounded, as
figures are and grounds are not. Nothing here is learned, and nothing knows what a face is.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

MAP_SIDE_PIXELS = 64

_WORK_SIDE_PIXELS = 96
_NUM_LEVELS = 14
_CHANNEL_WEIGHTS = (1.0, 1.6, 1.6)  # L, a, b: colour tells things apart more than light does
_MIN_SPAN, _FULL_SPAN = 4.0, 60.0  # Lab units: a flat channel has no say, a rich one a full one
_MIN_PART_AREA = 0.002  # of the picture; smaller parts are noise and highlights
_AREA_POWER = 0.35  # 1 would give every boolean map the same sum, 0 favours those of large parts
# How much is left where one of the cues is absent. Chosen, as the prior is, on 17 pictures whose
# subject is known, from a plateau of settings that all put the centre on it.
_FIGURE_FLOOR, _RARITY_FLOOR, _DETAIL_FLOOR = 0.4, 0.3, 0.4
_PRIOR_SIGMA, _PRIOR_FLOOR, _PRIOR_Y = 0.25, 0.3, 0.45  # of width and height; heads are high
_CENTER_SIGMAS = (0.14, 0.13, 0.12, 0.11, 0.10)  # of the longest side; 0.14 is about a 9:16 crop


def find_saliency(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How much each part of a picture stands out.

    `rgb` uint8 [H, W, 3], sRGB; returns float32 [h, w], longest side 64, 0 or more, sums to 1.
    """
    colors = cv2.cvtColor(_shrink(rgb, _WORK_SIDE_PIXELS) / 255, cv2.COLOR_RGB2LAB)
    lab = np.asarray(cv2.GaussianBlur(colors, (0, 0), 1.0), np.float32)
    figure = _FIGURE_FLOOR + np.sqrt(_surroundedness(lab))
    rarity = _RARITY_FLOOR + _rarity(lab)
    salient = cv2.GaussianBlur(figure * rarity * (_DETAIL_FLOOR + _detail(lab)), (0, 0), 2.0)
    salient = _shrink(salient * _center_prior(*salient.shape), MAP_SIDE_PIXELS)
    return np.asarray(salient / salient.sum(), np.float32)


def find_center(saliency: NDArray[np.float32]) -> tuple[float, float]:
    """Centre (x, y), 0..1, of what stands out most within a small frame.

    Mean shift from the best frame: the mean of everything would lie between two subjects.
    """
    height, width = saliency.shape
    side = max(height, width)
    x, y = np.arange(width) + 0.5, np.arange(height) + 0.5
    framed = cv2.GaussianBlur(
        saliency, (0, 0), _CENTER_SIGMAS[0] * side, borderType=cv2.BORDER_CONSTANT
    )
    row, column = np.unravel_index(int(np.argmax(framed)), framed.shape)
    center_x, center_y = float(x[column]), float(y[row])
    for sigma in _CENTER_SIGMAS:
        window_x = np.exp(-0.5 * np.square((x - center_x) / (sigma * side)))
        window_y = np.exp(-0.5 * np.square((y - center_y) / (sigma * side)))
        weights = saliency * window_x * window_y[:, None]
        center_x = float(weights.sum(axis=0) @ x / weights.sum())
        center_y = float(weights.sum(axis=1) @ y / weights.sum())
    return center_x / width, center_y / height


def _shrink(image: NDArray[np.generic], side: int) -> NDArray[np.float32]:
    height, width = image.shape[:2]
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(np.asarray(image), size, interpolation=method), np.float32)


def _surroundedness(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    total = np.zeros(lab.shape[:2], np.float32)
    for channel, weight in zip(cv2.split(lab), _CHANNEL_WEIGHTS, strict=True):
        low, high = np.percentile(channel, (1, 99))
        if high - low < _MIN_SPAN:
            continue
        found = np.zeros_like(total)
        for level in np.linspace(low, high, _NUM_LEVELS + 2)[1:-1]:
            above = np.asarray(channel > level, np.uint8)
            found += _surrounded_parts(above) + _surrounded_parts(1 - above)
        total += weight * min(1.0, (high - low) / _FULL_SPAN) * found
    top = float(total.max())
    return total / top if top > 0 else total


def _surrounded_parts(mask: NDArray[np.uint8]) -> NDArray[np.float32]:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_16U)
    areas = stats[:, cv2.CC_STAT_AREA]
    keep = areas >= _MIN_PART_AREA * mask.size
    keep[0] = False  # what is not in the mask
    for edge in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        keep[edge] = False
    parts = keep.astype(np.float32)[labels]
    area = float(areas[keep].sum())
    return np.asarray(parts / area**_AREA_POWER if area else parts, np.float32)


def _rarity(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean distance of each colour to the picture's other colours, 0..1."""
    others = cv2.resize(lab, (16, 16), interpolation=cv2.INTER_AREA).reshape(-1, 3)
    half = (max(1, lab.shape[1] // 2), max(1, lab.shape[0] // 2))
    coarse = cv2.resize(lab, half, interpolation=cv2.INTER_AREA)
    colors = coarse.reshape(-1, 3)
    squares = np.square(colors).sum(axis=1)[:, None] + np.square(others).sum(axis=1)
    distance = np.sqrt(np.maximum(squares - 2 * colors @ others.T, 0)).mean(axis=1)
    distance = cv2.resize(distance.reshape(coarse.shape[:2]), lab.shape[1::-1])
    distance -= distance.min()
    scale = max(float(np.percentile(distance, 99)), 1e-6)
    return np.asarray(np.minimum(distance / scale, 1), np.float32)


def _detail(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """Energy of edges around each pixel, 0..1."""
    across, down = cv2.Sobel(lab, cv2.CV_32F, 1, 0), cv2.Sobel(lab, cv2.CV_32F, 0, 1)
    energy = np.sqrt((np.square(across) + np.square(down)).sum(axis=2))
    energy = cv2.GaussianBlur(energy, (0, 0), 0.04 * _WORK_SIDE_PIXELS)
    return np.asarray(energy / max(float(energy.max()), 1e-6), np.float32)


def _center_prior(height: int, width: int) -> NDArray[np.float32]:
    x = ((np.arange(width) + 0.5) / width - 0.5) / _PRIOR_SIGMA
    y = ((np.arange(height) + 0.5) / height - _PRIOR_Y) / _PRIOR_SIGMA
    bell = np.exp(-0.5 * (np.square(x) + np.square(y)[:, None]))
    return np.asarray(_PRIOR_FLOOR + (1 - _PRIOR_FLOOR) * bell, np.float32)
