"""Measurements: one value for each frame, and they come back from the store as they were."""

from __future__ import annotations

import json

import pytest

from shared.errors import InvalidInput
from shared.measurement import FrozenRun, SegmentMeasure, read_measure
from shared.schema import to_json

SEEN = (("a", "b"), (0.0, 0.1), (0.0, 1 / 3), (0,), (FrozenRun(0, 2),))
MEASURE = SegmentMeasure(2, *SEEN, "EBA=", "/9g=", 0.5, "1x1:")


def test_a_measure_reads_back() -> None:
    assert read_measure(to_json(MEASURE)) == MEASURE


def test_a_measure_of_version_1_reads_as_one_without_pictures() -> None:
    document = json.loads(to_json(MEASURE)) | {"type": "SegmentMeasure/1"}
    for name in ("last_luma", "still", "still_score", "flash_grids"):
        del document[name]
    stored = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    assert read_measure(stored) == SegmentMeasure(2, *SEEN, "", "", 0.0, "")


def test_a_measure_of_version_2_reads_as_one_without_grids_of_flashes() -> None:
    document = json.loads(to_json(MEASURE)) | {"type": "SegmentMeasure/2"}
    del document["flash_grids"]
    stored = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    assert read_measure(stored) == SegmentMeasure(2, *SEEN, "EBA=", "/9g=", 0.5, "")


@pytest.mark.parametrize("version", [0, 4])
def test_other_versions_are_refused(version: int) -> None:
    document = json.loads(to_json(MEASURE)) | {"type": f"SegmentMeasure/{version}"}
    with pytest.raises(InvalidInput, match="expected a document of type SegmentMeasure/3"):
        read_measure(json.dumps(document, separators=(",", ":")).encode())
