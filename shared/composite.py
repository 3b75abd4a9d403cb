"""The request that lays an edit over a clip, so that nothing outside a region changes."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from shared.digest import Digest
from shared.region import Region


@dataclass(frozen=True, slots=True)
class CompositeRequest:
    """`frames` frames at `frame_rate` of `original`, with `edited` inside the region.

    Frame n shows the original at `start_seconds` + n * `speed` / `frame_rate` (never before its
    first frame) and the edit at n * `speed` / `frame_rate`. It has the original's upright size;
    outside the region it has exactly the original's values.
    """

    VERSION: ClassVar[int] = 1

    original: Digest
    start_seconds: Fraction
    speed: Fraction
    edited: Digest
    region: Region
    frames: int
    frame_rate: Fraction
