"""The encoder "image.faces": YuNet (Wu et al. 2023) finds faces of 10 pixels and more.

Faces are found as the picture is shown, upright to a good quarter turn. Finding is not knowing:
nothing here tells who somebody is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from shared.condition import Scalar, Tensors
from shared.media.photo import load_photo
from shared.recognition import Faces
from shared.weights import find_weights

WORK_SIDE_PIXELS = 640

_MIN_SCORE = 0.7
_MAX_OVERLAP = 0.3
_MAX_FACES = 200
_NUM_LANDMARKS = 5
_MIN_SIDE_PIXELS = 32


def encode_faces(
    path: Path, progress: Callable[[float], None]
) -> tuple[dict[str, Scalar], Tensors]:
    """Values and tensors of `Faces` for a photo; raises `InvalidInput`, `WeightsUnavailable`."""
    cv2.setNumThreads(1)  # The pool runs a process per core.
    progress(0.0)
    faces = find_faces(load_photo(path, max_side=WORK_SIDE_PIXELS))
    tensors = {"boxes": faces.boxes, "landmarks": faces.landmarks, "scores": faces.scores}
    return {}, tensors


def find_faces(rgb: NDArray[np.uint8]) -> Faces:
    """Faces in a picture uint8 [H, W, 3], sRGB; worked at a longest side of at most 640."""
    picture = _work_size(rgb)
    height, width = picture.shape[:2]
    detector = _detector()
    detector.setInputSize((width, height))
    found = detector.detect(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1]
    rows = np.zeros((0, 15), np.float32) if found is None else np.asarray(found, np.float32)
    rows = rows[np.argsort(-rows[:, 2] * rows[:, 3], kind="stable")]
    size = np.array([width, height], np.float32)
    landmarks = rows[:, 4:14].reshape(-1, _NUM_LANDMARKS, 2) / size
    return Faces(rows[:, :4] / np.tile(size, 2), landmarks, rows[:, 14].copy())


def _work_size(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = rgb.shape[:2]
    scale = min(1.0, WORK_SIDE_PIXELS / max(height, width))
    size = tuple(max(_MIN_SIDE_PIXELS, round(side * scale)) for side in (width, height))
    if size == (width, height):
        return rgb
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


@cache
def _detector() -> Any:
    (path,) = find_weights("yunet").values()
    with _without_warnings():
        return cv2.FaceDetectorYN.create(
            str(path),
            "",
            (WORK_SIDE_PIXELS, WORK_SIDE_PIXELS),
            _MIN_SCORE,
            _MAX_OVERLAP,
            _MAX_FACES,
        )


@contextmanager
def _without_warnings() -> Iterator[None]:
    # OpenCV 5 says on stderr that its new engine ignores a setting which nobody made.
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(level)
