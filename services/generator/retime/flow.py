"""A picture between two others, by optical flow in both directions.

Flow is DIS (Kroeger et al., "Fast Optical Flow using Dense Inverse Search", 2016). The flow at the
time between is approximated from both as in Jiang et al., "Super SloMo", 2018. Where forward and
backward flow do not lead back to where they came from, a pixel is covered or uncovered: there only
the neighbour that is believed is used, and the nearer one's own pixel if none is.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from shared.media.color import Planes, Uint8Array

Flow = NDArray[np.float32]
# A way there and back may miss by so many pixels, and by this share of its length.
_TOLERANCE_PIXELS, _TOLERANCE_SHARE = 1.0, 0.1
# Beyond this change of a pixel along its way, it is something else that is seen there.
_MAX_CHANGE = 48.0


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """Two neighbouring pictures with the flow between them, float32 [H, W, 2], x before y."""

    first: Planes
    second: Planes
    forward: Flow
    backward: Flow
    is_sure_forward: NDArray[np.float32]
    is_sure_backward: NDArray[np.float32]

    @classmethod
    def of(cls, first: Planes, second: Planes) -> Between:
        """Look at two pictures of one size."""
        one, other = (np.ascontiguousarray(picture.y) for picture in (first, second))
        forward, backward = _flow(one, other), _flow(other, one)
        sure_forward = _sure(forward, backward, one, other)
        sure_backward = _sure(backward, forward, other, one)
        return cls(first, second, forward, backward, sure_forward, sure_backward)

    @property
    def doubtful_share(self) -> float:
        """The share of pixels whose way is not believed, 0..1, of the worse direction."""
        return float(1 - min(self.is_sure_forward.mean(), self.is_sure_backward.mean()))

    def at(self, time: float) -> Planes:
        """The picture at a time between them, 0..1."""
        to_first = -(1 - time) * time * self.forward + time * time * self.backward
        to_second = (1 - time) ** 2 * self.forward - time * (1 - time) * self.backward
        weight_first = (1 - time) * _moved(self.is_sure_forward, to_first)
        weight_second = time * _moved(self.is_sure_backward, to_second)
        nearest = self.first if time < 0.5 else self.second
        planes = [
            _mixed(one, other, near, to_first, to_second, weight_first, weight_second)
            for one, other, near in zip(
                (self.first.y, self.first.u, self.first.v),
                (self.second.y, self.second.u, self.second.v),
                (nearest.y, nearest.u, nearest.v),
                strict=True,
            )
        ]
        return Planes(*planes)


def _mixed(
    one: Uint8Array,
    other: Uint8Array,
    nearest: Uint8Array,
    to_first: Flow,
    to_second: Flow,
    weight_first: NDArray[np.float32],
    weight_second: NDArray[np.float32],
) -> Uint8Array:
    size = one.shape[1], one.shape[0]
    if to_first.shape[:2] != one.shape:  # colour, at half the size
        half = np.float32(0.5)
        to_first, to_second = half * _smaller(to_first, size), half * _smaller(to_second, size)
        weight_first, weight_second = _smaller(weight_first, size), _smaller(weight_second, size)
    total = weight_first + weight_second
    mixed = weight_first * _moved(one, to_first) + weight_second * _moved(other, to_second)
    with np.errstate(invalid="ignore", divide="ignore"):
        made = np.clip(np.rint(mixed / total), 0, 255)
    return np.asarray(np.where(total > 1e-3, np.nan_to_num(made), nearest), np.uint8)


def _smaller(values: Flow, size: tuple[int, int]) -> Flow:
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)


def _flow(one: Uint8Array, other: Uint8Array) -> Flow:
    method = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    start = np.zeros((*one.shape, 2), np.float32)
    return np.asarray(method.calc(one, other, start), np.float32)


def _sure(way: Flow, back: Flow, here: Uint8Array, there: Uint8Array) -> NDArray[np.float32]:
    """1 where a pixel's way leads to something like it, and back again; float32 [H, W]."""
    returned = way + _moved(back, way)
    miss = np.hypot(returned[..., 0], returned[..., 1])
    length = np.hypot(way[..., 0], way[..., 1])
    change = np.abs(_moved(there, way) - here.astype(np.float32))
    is_sure = (miss <= _TOLERANCE_PIXELS + _TOLERANCE_SHARE * length) & (change <= _MAX_CHANGE)
    return np.asarray(is_sure, np.float32)


def _moved(picture: NDArray[np.generic], way: Flow) -> NDArray[np.float32]:
    """What lies at the end of each pixel's way, float32; beyond the edge, what is at it."""
    height, width = picture.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    values = np.ascontiguousarray(picture, np.float32)
    return np.asarray(
        cv2.remap(
            values,
            x + way[..., 0],
            y + way[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.float32,
    )
