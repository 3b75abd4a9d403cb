"""The small pictures of a video frame that everything else is measured on."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from services.encoder.boundaries import Look
from services.encoder.motion import FLOW_SIDE_PIXELS
from services.encoder.sharpness import analysis_size, to_analysis_size
from shared.media.color import Planes, planes_to_rgb

_COLOR_SIDE_PIXELS = 128
_BLACK, _WHITE = 16, 235  # limited range


class Views:
    """One frame, upright, at the sizes that sharpness, flow, cuts and colours need.

    `detail` uint8 [h, w], longest side 640, and `small` uint8 [h, w], longest side 320, are luma
    in full range, 0..255; `look` is what `BoundaryFinder` compares.
    """

    def __init__(self, planes: Planes) -> None:
        self._planes = planes
        scale = 255 / (_WHITE - _BLACK)
        limited = to_analysis_size(planes.y)
        self.detail: NDArray[np.uint8] = np.asarray(
            cv2.convertScaleAbs(np.maximum(limited, _BLACK), alpha=scale, beta=-_BLACK * scale)
        )
        size = analysis_size(planes.width, planes.height, FLOW_SIDE_PIXELS)
        small = cv2.resize(self.detail, size, interpolation=cv2.INTER_AREA)
        self.small: NDArray[np.uint8] = np.asarray(small)
        self.look = Look.of(self.small, planes.u, planes.v)

    def rgb(self) -> NDArray[np.uint8]:
        """The frame in colour: uint8 [h, w, 3], sRGB, longest side about 128."""
        width, height = analysis_size(
            self._planes.width // 2, self._planes.height // 2, _COLOR_SIDE_PIXELS // 2
        )
        y = cv2.resize(self._planes.y, (2 * width, 2 * height), interpolation=cv2.INTER_AREA)
        u, v = (
            cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA)
            for plane in (self._planes.u, self._planes.v)
        )
        return planes_to_rgb(Planes(np.asarray(y), np.asarray(u), np.asarray(v)))
