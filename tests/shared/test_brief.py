"""Briefs: sizes and handles are checked where they are made."""

from __future__ import annotations

import pytest

from shared.brief import MAX_SIDE_PIXELS, MIN_SIDE_PIXELS, MediaKind, Reference, Size
from shared.digest import Digest, canonical_bytes
from shared.errors import InvalidInput

BLOB = Digest.of_bytes(b"clip")


@pytest.mark.parametrize("text", ["1280x720", " 1280 x 720 ", "1280X720"])
def test_sizes_are_read(text: str) -> None:
    assert Size.parse(text) == Size(1280, 720)
    assert str(Size.parse(text)) == "1280x720"


@pytest.mark.parametrize(
    "text", ["", "720p", "1280", "1280x", "x720", "-2x4", "1280x720x3", "1e3x720"]
)
def test_other_texts_are_no_sizes(text: str) -> None:
    with pytest.raises(InvalidInput, match="expected for example 1280x720"):
        Size.parse(text)


@pytest.mark.parametrize("side", [0, 62, 63, 721, MAX_SIDE_PIXELS + 2, 99_998])
def test_sizes_that_cannot_be_delivered_are_refused(side: int) -> None:
    with pytest.raises(InvalidInput, match=f"{side}x1280"):
        Size(side, 1280)
    with pytest.raises(InvalidInput, match=f"1280x{side}"):
        Size.parse(f"1280x{side}")


def test_the_bounds_themselves_are_sizes() -> None:
    assert str(Size(MIN_SIDE_PIXELS, MAX_SIDE_PIXELS)) == "64x4096"


@pytest.mark.parametrize("handle", ["a", "image1", "the_cup-2", "x" * 64])
def test_handles(handle: str) -> None:
    assert Reference(handle, MediaKind.IMAGE, BLOB).handle == handle


@pytest.mark.parametrize("handle", ["", "1st", "@image1", "a b", "é", "x" * 65, "a\n"])
def test_unusable_handles_are_refused(handle: str) -> None:
    with pytest.raises(InvalidInput, match="handle"):
        Reference(handle, MediaKind.IMAGE, BLOB)


def test_where_a_reference_came_from_is_commentary() -> None:
    here = Reference("a", MediaKind.IMAGE, BLOB, path="here.png")
    there = Reference("a", MediaKind.IMAGE, BLOB, path="there.png")
    assert here == there
    assert canonical_bytes(here) == canonical_bytes(there)
