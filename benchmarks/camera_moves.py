"""Camera moves over a still picture, made by warping: direction and speed are known."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from shared.camera_motion import CameraMove

Rgb = NDArray[np.uint8]

MOVES = tuple(move for move in CameraMove if move not in (CameraMove.HANDHELD, CameraMove.UNKNOWN))
# What the content does in one second at speed 1: shift x, y (widths), log scale, turn (radians,
# clockwise as seen).
_CONTENT = {
    CameraMove.STILL: (0, 0, 0, 0),
    CameraMove.PAN_LEFT: (1, 0, 0, 0),
    CameraMove.PAN_RIGHT: (-1, 0, 0, 0),
    CameraMove.TILT_UP: (0, 1, 0, 0),
    CameraMove.TILT_DOWN: (0, -1, 0, 0),
    CameraMove.ZOOM_IN: (0, 0, 1, 0),
    CameraMove.ZOOM_OUT: (0, 0, -1, 0),
    CameraMove.ROLL_CLOCKWISE: (0, 0, 0, -1),
    CameraMove.ROLL_COUNTERCLOCKWISE: (0, 0, 0, 1),
}


def moved(
    image: Rgb,
    move: CameraMove,
    speed: float,
    num_frames: int,
    size: tuple[int, int] = (320, 180),
    rate: float = 30.0,
) -> list[Rgb]:
    """Frames of a camera that moves over a picture uint8 [H, W, 3].

    `speed` is in frame widths a second; for zooms in logarithms, for rolls in radians a second.
    """
    frames = []
    for index in range(num_frames):
        way = (index - num_frames / 2) / rate * speed
        x, y, scale, turn = (part * way for part in _CONTENT[move])
        a, b = np.exp(scale) * np.cos(turn), np.exp(scale) * np.sin(turn)
        center = np.array([image.shape[1] / 2, image.shape[0] / 2])
        target = np.array([size[0] / 2 + x * size[0], size[1] / 2 + y * size[0]])
        linear = np.array([[a, -b], [b, a]])
        matrix = np.column_stack([linear, target - linear @ center])
        warped = cv2.warpAffine(
            image, matrix, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT
        )
        frames.append(np.asarray(warped, np.uint8))
    return frames
