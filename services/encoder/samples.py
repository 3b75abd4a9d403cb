"""The encoders "video.faces" and "video.labels": what is in a clip from moment to moment.

A clip is looked at twice a second for faces and every two seconds for what is in it. Frames that
no other refers to are not decoded, so a moment may be some frames beside the one asked for: this
costs a small part of looking at every frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from services.encoder.faces import find_faces
from services.encoder.features import WORK_SIDE_PIXELS as LABEL_SIDE_PIXELS
from services.encoder.labels import LABEL_WEIGHTS, label, label_center
from services.encoder.sharpness import analysis_size
from shared.brief import MediaKind
from shared.condition import Scalar, Tensors
from shared.errors import InvalidInput
from shared.media.probe import probe
from shared.media.video import VideoReader
from shared.weights import find_weights

FACES_EVERY_SECONDS = Fraction(1, 2)
LABELS_EVERY_SECONDS = Fraction(2)
# Faces of a thirtieth of the width are found at this size, at a fifth of the cost of a photo's;
# smaller ones are nobody's portrait.
_FACE_SIDE_PIXELS = 320
_NAMES_PER_MOMENT = 3

Uint8Array = NDArray[np.uint8]
Progress = Callable[[float], None]


def encode_clip_faces(path: Path, progress: Progress) -> tuple[dict[str, Scalar], Tensors]:
    """Values and tensors of `ClipFaces`; raises `InvalidInput`, `WeightsUnavailable`."""
    find_weights("yunet")  # said before the long part
    pts, counts, boxes = [], [], []
    time_base = Fraction(1)
    for at, tick, rgb in _moments(path, FACES_EVERY_SECONDS, _FACE_SIDE_PIXELS, progress):
        time_base, found = tick, find_faces(rgb).boxes
        pts.append(at)
        counts.append(len(found))
        boxes.append(found[0] if len(found) else np.zeros(4, np.float32))
    tensors: Tensors = {
        "pts": np.array(pts, np.int64),
        "num_faces": np.array(counts, np.int64),
        "boxes": np.stack(boxes),
    }
    return {"time_base": str(time_base)}, tensors


def encode_clip_labels(path: Path, progress: Progress) -> tuple[dict[str, Scalar], Tensors]:
    """Values and tensors of `ClipLabels`; raises `InvalidInput`, `WeightsUnavailable`."""
    for name in LABEL_WEIGHTS:
        find_weights(name)
    pts, names, embeddings = [], [], []
    time_base = Fraction(1)
    for at, tick, rgb in _moments(path, LABELS_EVERY_SECONDS, LABEL_SIDE_PIXELS, progress):
        time_base, mix = tick, label(rgb, find_faces(rgb))
        pts.append(at)
        names.append(", ".join(mix.names[:_NAMES_PER_MOMENT]))
        embeddings.append(mix.embedding)
    tensors: Tensors = {
        "pts": np.array(pts, np.int64),
        "embeddings": np.stack(embeddings),
        "center": label_center(),
    }
    return {"time_base": str(time_base), "names": "\n".join(names)}, tensors


def _moments(
    path: Path, every_seconds: Fraction, max_side: int, progress: Progress
) -> Iterator[tuple[int, Fraction, Uint8Array]]:
    """(time in ticks, tick in seconds, picture) about every so many seconds, at least one."""
    cv2.setNumThreads(1)  # The pool runs a process per core.
    info = probe(path)
    if info.kind is not MediaKind.VIDEO or info.duration_seconds is None:
        raise InvalidInput(f"found {info.kind} ({info.format}); expected a video")
    progress(0.0)
    with VideoReader(path) as reader:
        size = analysis_size(reader.width, reader.height, max_side)
        due = Fraction(0)
        for frame in reader.frames(only_referenced=True):
            if frame.seconds >= due:
                yield frame.pts, frame.time_base, frame.rgb(*size)
                due = (frame.seconds // every_seconds + 1) * every_seconds
                progress(min(1.0, float(frame.seconds) / max(info.duration_seconds, 1e-3)))
