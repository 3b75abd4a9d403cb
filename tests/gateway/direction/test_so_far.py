"""Each wish starts from what the wishes before it left."""

from __future__ import annotations

from services.gateway.direction.film import Film
from services.gateway.direction.so_far import after
from shared.brief import Pacing
from tests.gateway.direction.directed import SYNC_MAP, film

FILM = Film(film(), SYNC_MAP)


def test_looks_speeds_and_locks_are_followed() -> None:
    one, two = FILM.nth(1), FILM.nth(2)
    changed = after(
        [
            {"op": "set_grade", "shot": one, "warmth": 0.4},
            {"op": "set_speed", "shot": two, "speed": 0.5},
            {"op": "lock", "shot": two},
            {"op": "reseed", "shot": one, "seed": 3},
        ],
        FILM,
    )
    assert changed.shot(one).grade.warmth == 0.4
    assert changed.shot(one).seed == 3
    assert changed.shot(two).source.speed == 0.5
    assert changed.locked == {two}
    assert changed.spoken_of == (one, two)


def test_the_pacing_of_the_whole_film_is_followed() -> None:
    assert after([{"op": "set_pacing", "pacing": "calm"}], FILM).timeline.pacing is Pacing.CALM
    section = {"op": "set_pacing", "pacing": "calm", "section": "chorus"}
    assert after([section], FILM).timeline.pacing is Pacing.STEADY


def test_it_is_the_part_of_the_film_that_was_spoken_of() -> None:
    section = {"start_seconds": 8.0, "end_seconds": 14.0}
    changed = after([{"op": "adjust_grade", "section": section, "warmth": 0.2}], FILM)
    assert changed.stretches == ((None, 200, 350),)
    assert after([{"op": "lock", "shot": FILM.nth(1)}], changed).stretches == ()
    by_label = after([{"op": "set_pacing", "pacing": "calm", "section": "verse"}], FILM)
    assert [label for label, _, _ in by_label.stretches] == ["verse", "verse"]
    assert after([{"op": "adjust_grade", "warmth": 0.2}], by_label).stretches == ()
