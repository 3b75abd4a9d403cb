"""Type against what platforms lay over a film."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from services.gateway import safe_type
from services.gateway.safe_type import type_outside
from shared.blobs import MemoryBlobs
from shared.brief import Size
from shared.captions import Place
from shared.lettering import SafeBox
from shared.safe_areas import SafeArea, areas_of
from tests.gateway.typed_film import cue, typed_timeline
from tests.shared.typed import brand


def test_type_as_it_is_set_keeps_clear_of_every_platform() -> None:
    blobs = MemoryBlobs()
    brand(blobs)
    for size in (Size(640, 360), Size(360, 640), Size(360, 360), Size(360, 450)):
        for place in (Place.BOTTOM, Place.TOP):
            film = replace(typed_timeline(cue(1, 0, 60, "Hello there", place=place)), size=size)
            assert type_outside(blobs, film) == {}, (size, place)


def test_type_under_controls_is_named_with_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = MemoryBlobs()
    brand(blobs)
    # A platform that covers the lower half, as type was not set for.
    tall = SafeArea("Tall", Fraction(9, 16), SafeBox(0.05, 0.05, 0.05, 0.5), "made up")
    monkeypatch.setattr(safe_type, "areas_of", lambda size: (*areas_of(size), tall))
    low, high = cue(1, 0, 30, "Low", place=Place.BOTTOM), cue(2, 30, 30, "High", place=Place.TOP)
    film = replace(typed_timeline(low, high), size=Size(360, 640))
    assert type_outside(blobs, film) == {"Tall": ["c1"]}


def test_a_film_without_type_has_nothing_outside() -> None:
    assert type_outside(MemoryBlobs(), typed_timeline()) == {}
