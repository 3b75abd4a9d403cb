"""What was measured in finished segments, for reports and checks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import ClassVar

from shared.schema import from_document, from_json


@dataclass(frozen=True, slots=True)
class FrozenRun:
    """Frames `start` (inclusive) to `end` (exclusive) that look the same."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SegmentMeasure:
    """What is in a decoded segment; tuples have one value for each of `frames` frames.

    `frame_hashes` are `shared.media.decode.frame_hash`. `luma_mean` is the mean luma, 0 for black
    and 1 for white. `difference` is the mean absolute luma difference to the frame before, 0..1,
    and 0 for the first. `black_frames` are indices; `frozen_runs` last at least a quarter second.

    `last_luma` is the last frame and `still` the middle one, small, as `shared.media.still` writes
    them: luma as text, and a JPEG in base64. `still_score` says how good a poster the middle frame
    would be. Measures of version 1 have none of these: "", "" and 0. `flash_grids` are the light
    and red of each frame, as `shared.flash_grid.grid_text` writes them; "" before version 3.
    """

    VERSION: ClassVar[int] = 3

    frames: int
    frame_hashes: tuple[str, ...]
    luma_mean: tuple[float, ...]
    difference: tuple[float, ...]
    black_frames: tuple[int, ...]
    frozen_runs: tuple[FrozenRun, ...]
    last_luma: str
    still: str
    still_score: float
    flash_grids: str


def read_measure(data: bytes) -> SegmentMeasure:
    """A stored measure, also of an earlier version: a kept clip has the one it was made with.

    Raises `InvalidInput` for what is no measure.
    """
    for version, since in _SINCE.items():
        if f'"type":"SegmentMeasure/{version}"'.encode() in data:
            now = {"type": f"SegmentMeasure/{SegmentMeasure.VERSION}"}
            return from_document(SegmentMeasure, json.loads(data) | since | now)
    return from_json(SegmentMeasure, data)


# What measures of earlier versions lack.
_SINCE: dict[int, dict[str, str | float]] = {
    1: {"last_luma": "", "still": "", "still_score": 0.0, "flash_grids": ""},
    2: {"flash_grids": ""},
}
