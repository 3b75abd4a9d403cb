"""Which shots words mean, in a film of twelve."""

from __future__ import annotations

import re

import pytest

from services.gateway.direction.film import Film
from services.gateway.direction.shot_words import SHOTS
from services.gateway.direction.shots import (
    is_span,
    named_shots,
    one_shot,
    open_shots,
    section_fields,
)
from shared.errors import InvalidInput, NotFound
from tests.gateway.direction.directed import SYNC_MAP, film

IDS = tuple(shot.id for shot in film().shots)
FILM = Film(film(), SYNC_MAP, spoken_of=(IDS[1],), locked=frozenset({IDS[7]}))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("shot 3", [3]),
        ("shots 1 to 4", [1, 2, 3, 4]),
        ("shots 1-3, 7 and 9 to 10", [1, 2, 3, 7, 9, 10]),
        ("#2 and #4", [2, 4]),
        (IDS[4], [5]),
        ("the last shot", [12]),
        ("the first three shots", [1, 2, 3]),
        ("last 2 shots", [11, 12]),
        ("the first, second and last shots", [1, 2, 12]),
        ("the penultimate shot", [11]),
        ("the 10th shot", [10]),
        ("everything", list(range(1, 13))),
        ("the rest", [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
        ("it", [2]),
        ("all photos", [3, 5, 7, 10]),
        ("the clips", [1, 2, 4, 6, 8, 9, 11, 12]),
        ("every shot of @mug", [5, 10]),
        ("@coast", [2, 6, 9, 12]),
        ("the chorus", [5, 6, 7, 10, 11]),
        ("the second chorus", [10, 11]),
        ("verse 1", [2, 3, 4]),
        ("the last verse", [8, 9]),
        ("the shots in the outro", [12]),
        ("from 0:04 to 0:08", [3, 4]),
        ("the last 4 seconds", [11, 12]),
        ("everything except shot 3", [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
        ("the photos but not @mug", [3, 7]),
    ],
)
def test_words_mean_these_shots(text: str, places: list[int]) -> None:
    assert re.fullmatch(SHOTS, text)
    assert [FILM.number(shot) for shot in named_shots(text, FILM)] == places


def test_what_the_film_does_not_have_is_not_found() -> None:
    for text in ("shot 13", "shots 11 to 14", "the bridge", "@nobody", "chorus 3", "s9-aaaaa"):
        with pytest.raises(NotFound):
            named_shots(text, FILM)


def test_locked_shots_are_left_out_unless_they_are_named() -> None:
    assert IDS[7] not in open_shots("the clips", FILM)
    assert open_shots("shot 8", FILM) == (IDS[7],)
    with pytest.raises(InvalidInput, match="is locked"):
        open_shots("from 0:14 to 0:16", FILM)


def test_one_shot_is_one() -> None:
    assert one_shot("3", FILM) == one_shot("shot 3", FILM) == IDS[2]
    with pytest.raises(InvalidInput, match="means 12 shots"):
        one_shot("it", Film(film(), SYNC_MAP))


def test_stretches_are_sections_of_operations() -> None:
    assert section_fields("the whole film", FILM) == [None]
    assert section_fields("the chorus", FILM) == ["chorus"]
    second = {"start_seconds": 18.0, "end_seconds": 22.0}
    assert section_fields("the second chorus", FILM) == [second]
    assert is_span("the verse", FILM)
    assert not is_span("shots 2 to 4", FILM)
