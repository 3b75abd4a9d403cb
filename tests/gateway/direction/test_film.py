"""The film that is directed: places, sources, lengths, sections."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from services.gateway.direction.film import Film
from shared.errors import NotFound
from shared.sync_map import SAMPLE_RATE_HZ
from tests.gateway.direction.directed import SECTIONS, SYNC_MAP, film

FILM = Film(film(), SYNC_MAP)


def test_places_and_ids() -> None:
    assert FILM.number(FILM.nth(7)) == 7
    with pytest.raises(NotFound, match="shots 1 to 12"):
        FILM.nth(0)


def test_sources_are_found_whatever_their_case() -> None:
    assert FILM.picture("@MUG").handle == FILM.picture("mug").handle == "Mug"


def test_lengths() -> None:
    assert FILM.frames(Fraction(1, 1000)) == 1
    assert FILM.beat_frames(Fraction(2)) == 25


def test_sections_are_those_that_the_window_plays() -> None:
    assert [label for label, *_ in FILM.sections()] == [label for label, *_ in SECTIONS]
    timeline = film()
    assert timeline.sound is not None
    later = replace(timeline.sound, start_sample=10 * SAMPLE_RATE_HZ)
    moved = Film(replace(timeline, sound=later), SYNC_MAP)
    assert moved.sections()[0] == ("chorus", 0, 100)
    assert Film(replace(timeline, sound=None), SYNC_MAP).sections() == []
