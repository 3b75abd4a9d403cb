"""Where things of a source are in the film's frame: crops of the film's shape. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Crop:
    """The largest crop of the film's shape that a source has room for, in shares of the source."""

    width: float
    height: float

    @classmethod
    def of(cls, source_aspect: float, film_aspect: float, zoom: float = 1.0) -> Crop:
        """The crop for widths over heights; `zoom` above 1 shows less."""
        wide = film_aspect / source_aspect
        return cls(min(1.0, wide) / zoom, min(1.0, 1 / wide) / zoom)

    def center(self, points: FloatArray) -> FloatArray:
        """The crop's centre for points to look at, float64 [..., 2], kept inside the source."""
        half = np.array([self.width, self.height]) / 2
        return np.asarray(np.clip(points, half, 1 - half), np.float64)

    def place(self, points: FloatArray, centers: FloatArray) -> FloatArray:
        """Where points of the source are in the frame, 0..1 inside: float64 [..., 2]."""
        size = np.array([self.width, self.height])
        return np.asarray((points - centers) / size + 0.5, np.float64)

    def holds(self, boxes: FloatArray, centers: FloatArray) -> NDArray[np.bool_]:
        """Whether boxes (x, y, width, height; [..., 4]) are wholly in the frame."""
        half = np.array([self.width, self.height]) / 2
        # Half a hundredth of slack: detectors do not know edges better.
        first, last = boxes[..., :2], boxes[..., :2] + boxes[..., 2:]
        inside = (first >= centers - half - 0.005) & (last <= centers + half + 0.005)
        return np.asarray(inside.all(axis=-1), np.bool_)


def with_head(faces: FloatArray) -> FloatArray:
    """Boxes with the hair above the faces and a little air beside them: float64 [K, 4]."""
    x, y, width, height = np.moveaxis(faces.astype(np.float64), -1, 0)
    left, top = np.maximum(0.0, x - 0.15 * width), np.maximum(0.0, y - 0.4 * height)
    right, bottom = np.minimum(1.0, x + 1.15 * width), np.minimum(1.0, y + 1.15 * height)
    return np.stack([left, top, right - left, bottom - top], axis=-1)


def look_at(faces: FloatArray, crop: Crop) -> FloatArray:
    """The middle of a crop that holds all heads of K >= 1 faces; float64 [2].

    Where there is no such crop: all faces, else the first's head, else the first; of one that is
    higher than the frame the upper part, for eyes are not cut.
    """
    heads = with_head(faces)
    for boxes in (heads, faces, heads[:1], faces[:1]):
        first, last = boxes[:, :2].min(axis=0), (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
        if np.all(last - first <= np.array([crop.width, crop.height])):
            break
    center = (first + last) / 2
    if last[1] - first[1] > crop.height:
        center[1] = first[1] + crop.height / 2
    return np.asarray(center, np.float64)
