"""Measurements: one value for each frame, and they come back from the store as they were."""

from __future__ import annotations

from shared.measurement import FrozenRun, SegmentMeasure
from shared.schema import from_json, to_json


def test_a_measure_reads_back() -> None:
    measure = SegmentMeasure(2, ("a", "b"), (0.0, 0.1), (0.0, 1 / 3), (0,), (FrozenRun(0, 2),))
    assert from_json(SegmentMeasure, to_json(measure)) == measure
