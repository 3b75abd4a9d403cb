"""The few colours that a picture is made of."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

MAX_COLORS = 6

_SAMPLE_SIDE_PIXELS = 128
_NUM_ROUNDS = 24
_SAME_COLOR = 8.0  # CIE76 distance under which two colours are one to a casual eye
_MIN_WEIGHT = 0.02  # less is an accident of edges
_SEED = 2


def to_lab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """A picture uint8 [H, W, 3], sRGB, as CIE Lab of D65: float32 [h, w, 3], at most 128 a side."""
    height, width = rgb.shape[:2]
    scale = min(1.0, _SAMPLE_SIDE_PIXELS / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(np.asarray(small, np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.asarray(lab, np.float32)


def find_palette(lab: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Up to 6 colours by k-means, near-equal ones merged, heaviest first.

    `lab` float32 [h, w, 3]. Returns sRGB float32 [K, 3], 0..1, and weights float32 [K] that sum
    to 1. The same picture always gives the same palette.
    """
    pixels = lab.reshape(-1, 3)
    centers, labels = _cluster(pixels)
    weights = np.bincount(labels, minlength=len(centers)) / len(pixels)
    centers, weights = _merge(centers, weights)
    order = np.argsort(-weights, kind="stable")
    rgb = cv2.cvtColor(np.asarray(centers[order][None], np.float32), cv2.COLOR_LAB2RGB)[0]
    return (
        np.asarray(np.clip(rgb, 0, 1), np.float32),
        np.asarray(weights[order] / weights.sum(), np.float32),
    )


def _cluster(pixels: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    centers = _seeds(pixels)
    labels = _nearest(pixels, centers)
    for _ in range(_NUM_ROUNDS):
        counts = np.bincount(labels, minlength=len(centers))
        sums = [np.bincount(labels, weights=axis, minlength=len(centers)) for axis in pixels.T]
        means = np.stack(sums, axis=1) / np.maximum(counts, 1)[:, None]
        centers = np.asarray(np.where(counts[:, None] > 0, means, centers), np.float32)
        before, labels = labels, _nearest(pixels, centers)
        if np.array_equal(before, labels):
            break
    return centers, labels


def _seeds(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """k-means++ (Arthur and Vassilvitskii, 2007) with a fixed seed."""
    generator = np.random.Generator(np.random.PCG64(_SEED))
    seeds = [np.median(pixels, axis=0)]
    distance = np.square(pixels - seeds[0]).sum(axis=1)
    while len(seeds) < MAX_COLORS and distance.sum() > 0:
        chance = np.cumsum(distance, dtype=np.float64)
        index = int(np.searchsorted(chance, generator.random() * chance[-1]))
        seeds.append(pixels[min(index, len(pixels) - 1)])
        distance = np.minimum(distance, np.square(pixels - seeds[-1]).sum(axis=1))
    return np.asarray(seeds, np.float32)


def _nearest(pixels: NDArray[np.float32], centers: NDArray[np.float32]) -> NDArray[np.int64]:
    squares = np.square(centers).sum(axis=1) - 2 * pixels @ centers.T
    return np.asarray(np.argmin(squares, axis=1), np.int64)


def _merge(
    centers: NDArray[np.float32], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    keep = weights >= _MIN_WEIGHT
    centers, weights = centers[keep], weights[keep]
    while len(centers) > 1:
        distance = np.linalg.norm(centers[:, None] - centers[None], axis=2)
        np.fill_diagonal(distance, np.inf)
        first, second = sorted(divmod(int(np.argmin(distance)), len(centers)))
        if distance[first, second] >= _SAME_COLOR:
            break
        pair = weights[[first, second]]
        centers[first] = pair @ centers[[first, second]] / pair.sum()
        weights[first] = pair.sum()
        centers, weights = np.delete(centers, second, axis=0), np.delete(weights, second)
    return centers, weights
