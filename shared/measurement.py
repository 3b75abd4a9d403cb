"""What was measured in finished segments, for reports and checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


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
    """

    VERSION: ClassVar[int] = 1

    frames: int
    frame_hashes: tuple[str, ...]
    luma_mean: tuple[float, ...]
    difference: tuple[float, ...]
    black_frames: tuple[int, ...]
    frozen_runs: tuple[FrozenRun, ...]
