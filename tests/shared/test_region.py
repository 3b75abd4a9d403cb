from __future__ import annotations

from typing import Any

import pytest

from shared.digest import Digest
from shared.errors import InvalidInput
from shared.region import MAX_POINTS, Region, box, read_region
from shared.schema import from_json, to_json

BLOBS = {"mask": Digest.of_bytes(b"mask")}


def test_the_three_forms_are_read() -> None:
    corners = ((0.25, 0.5), (0.75, 0.5), (0.75, 1.0), (0.25, 1.0))
    found = read_region({"x": 0.25, "y": 0.5, "width": 0.5, "height": 0.5}, BLOBS)
    assert found == box(0.25, 0.5, 0.5, 0.5) == Region(corners)
    points = [[0, 0], [1, 0], [0.5, 1]]
    assert read_region({"points": points, "feather": 0}, BLOBS) == Region(
        ((0.0, 0.0), (1.0, 0.0), (0.5, 1.0)), feather=0.0
    )
    assert read_region({"painted": "@mask"}, BLOBS) == Region(painted=BLOBS["mask"])


def test_it_is_stored_and_read_back() -> None:
    for region in (box(0.1, 0.2, 0.3, 0.4), Region(painted=BLOBS["mask"], feather=0.1)):
        assert from_json(Region, to_json(region)) == region


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "expected a box"),
        ({}, "region with nothing"),
        ({"x": 0.1}, "region with x"),
        ({"x": 0, "y": 0, "width": 1, "height": 1, "depth": 1}, "region with depth"),
        ({"x": 0.5, "y": 0, "width": 0.6, "height": 1}, "a box within 0 to 1"),
        ({"x": 0.5, "y": 0, "width": 0, "height": 1}, "a box within 0 to 1"),
        ({"x": True, "y": 0, "width": 1, "height": 1}, "x True: expected a number"),
        ({"x": float("nan"), "y": 0, "width": 1, "height": 1}, "expected a number"),
        ({"points": "abc"}, "a list of"),
        ({"points": []}, "0 points"),
        ({"points": [[0, 0], [1, 1]]}, "2 points"),
        ({"points": [[0, 0], [1, 1], [2, 0]]}, r"point \(2, 0\)"),
        ({"points": [[0, 0], [0.5, 0.5], [1, 1]]}, "without any area"),
        ({"points": [[0, 0, 0]]}, r"expected \[x, y\]"),
        ({"points": [[0.1, 0.1]] * (MAX_POINTS + 1)}, f"3 to {MAX_POINTS}"),
        ({"painted": "@other"}, "expected a picture of @mask"),
        ({"painted": "@mask", "feather": 1}, "feather 1"),
    ],
)
def test_everything_else_is_refused_with_what_is_accepted(value: Any, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read_region(value, BLOBS)
