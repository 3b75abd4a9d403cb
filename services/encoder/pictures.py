"""The encoder "video.pictures": one key frame of each shot, seen as photos are.

Shots are those of "video.motion". A key frame is the sharpest of its shot's middle, so that
neither a dissolve nor a blurred start of motion speaks for a shot.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from services.encoder.faces import find_faces
from services.encoder.features import WORK_SIDE_PIXELS
from services.encoder.labels import LABEL_WEIGHTS, label, label_center
from services.encoder.sharpness import analysis_size
from services.encoder.video import encode_video
from shared.condition import Scalar, Tensors
from shared.media.video import VideoReader
from shared.weights import find_weights

_MARGIN_SHARE = 0.15  # of a shot at either end that no key frame is taken from
_MOTION_PART = 0.7  # of the work is finding the shots
_NAMES_PER_SHOT = 3


def encode_pictures(
    path: Path, progress: Callable[[float], None]
) -> tuple[dict[str, Scalar], Tensors]:
    """Values and tensors of `ShotPictures`.

    Raises `InvalidInput` as "video.motion" does, `WeightsUnavailable`, and whatever `progress`
    raises.
    """
    for name in LABEL_WEIGHTS:
        find_weights(name)  # missing ones are said before the long part
    values, motion = encode_video(path, lambda part: progress(_MOTION_PART * part))
    starts, sharpness, pts = motion["shot_starts"], motion["sharpness"], motion["pts"]
    keys = key_frames(starts, sharpness)
    time_base = Fraction(str(values["time_base"]))
    names, embeddings, counts, boxes = [], [], [], []
    for index, key in enumerate(keys):
        progress(_MOTION_PART + (1 - _MOTION_PART) * index / len(keys))
        rgb = _picture(path, int(pts[key]) * time_base)
        faces = find_faces(rgb)
        mix = label(rgb, faces)
        names.append(", ".join(mix.names[:_NAMES_PER_SHOT]))
        embeddings.append(mix.embedding)
        counts.append(len(faces.boxes))
        boxes.append(faces.boxes[0] if len(faces.boxes) else np.zeros(4, np.float32))
    tensors: Tensors = {
        "shot_starts": starts,
        "key_frames": keys,
        "key_pts": pts[keys],
        "embeddings": np.stack(embeddings),
        "center": label_center(),
        "sharpness": sharpness[keys],
        "num_faces": np.array(counts, np.int64),
        "face_boxes": np.stack(boxes),
    }
    return {"time_base": str(time_base), "names": "\n".join(names)}, tensors


def key_frames(starts: NDArray[np.int64], sharpness: NDArray[np.float32]) -> NDArray[np.int64]:
    """The sharpest frame in the middle of each shot: int64 [S]."""
    keys = []
    for start, end in zip(starts, [*starts[1:], len(sharpness)], strict=True):
        margin = int((end - start) * _MARGIN_SHARE)
        first = int(start) + margin
        keys.append(first + int(np.argmax(sharpness[first : int(end) - margin])))
    return np.array(keys, np.int64)


def _picture(path: Path, seconds: Fraction) -> NDArray[np.uint8]:
    cv2.setNumThreads(1)  # The pool runs a process per core.
    with VideoReader(path) as reader:
        size = analysis_size(reader.width, reader.height, WORK_SIDE_PIXELS)
        frame = next(reader.frames_at([seconds]))
        return frame.rgb(*size)
