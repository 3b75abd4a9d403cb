"""Type on pictures: only where and when it is asked for, the same whichever way a shot is cut."""

from __future__ import annotations

import numpy as np
import pytest

from services.generator.type.drawing import lettered
from shared.blobs import MemoryBlobs
from shared.brief import Size
from shared.captions import Backing
from shared.errors import InvalidInput
from shared.lettering import Lettering, LetteringKind
from shared.media.color import Planes
from tests.shared.media.painting import gray_planes, numbered
from tests.shared.typed import brand, lettering, spoken

SIZE = Size(320, 180)


def frames(first: int, count: int) -> list[Planes]:
    return [gray_planes(numbered(100 + first + k, SIZE.width, SIZE.height)) for k in range(count)]


def drawn(
    items: tuple[Lettering, ...], blobs: MemoryBlobs, first: int = 0, count: int = 40
) -> list[Planes]:
    return list(lettered(frames(first, count), items, SIZE, blobs, first))


def same(one: Planes, other: Planes) -> bool:
    return all(np.array_equal(getattr(one, n), getattr(other, n)) for n in ("y", "u", "v"))


def test_pictures_without_type_are_the_very_same(memory_blobs: MemoryBlobs) -> None:
    pictures = frames(0, 20)
    item = lettering(frames=(5, 10), store=memory_blobs)
    found = list(lettered(pictures, (item,), SIZE, memory_blobs))
    assert [a is b for a, b in zip(found, pictures, strict=True)] == [True] * 5 + [False] * 5 + [
        True
    ] * 10


def test_a_cue_across_a_cut_is_one_cue(memory_blobs: MemoryBlobs) -> None:
    text = "one two three"
    item = lettering(
        LetteringKind.KARAOKE, text, frames=(6, 34), words=spoken(text, 8, 8),
        enter_frames=4, leave_frames=4, backing=Backing.PLATE, store=memory_blobs,
    )  # fmt: skip
    whole = drawn((item,), memory_blobs)
    halves = drawn((item,), memory_blobs, 0, 17) + drawn((item,), memory_blobs, 17, 23)
    assert all(same(a, b) for a, b in zip(whole, halves, strict=True))


def test_a_still_picture_under_type_at_rest_is_drawn_once(memory_blobs: MemoryBlobs) -> None:
    picture = frames(0, 1)[0]
    item = lettering(frames=(0, 20), store=memory_blobs)
    found = list(lettered([picture] * 20, (item,), SIZE, memory_blobs))
    assert all(planes is found[0] for planes in found)
    assert not same(found[0], picture)


def test_a_font_or_logo_that_cannot_be_read_is_refused(memory_blobs: MemoryBlobs) -> None:
    kit = brand(memory_blobs, logo=memory_blobs.put(b"no picture"))
    item = lettering(LetteringKind.END_CARD, brand=kit)
    with pytest.raises(InvalidInput, match="the logo cannot be read"):
        drawn((item,), memory_blobs)
