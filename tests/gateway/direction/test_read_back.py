"""Operations in words."""

from __future__ import annotations

from services.gateway.direction.film import Film
from services.gateway.direction.read_back import read_back, shots_in_words
from services.gateway.direction.understand import FORMS
from services.gateway.edits.catalogue import OPERATIONS
from tests.gateway.direction.directed import directed, film

FILM = Film(film())


def test_places_are_written_as_people_write_them() -> None:
    assert shots_in_words([3], 12) == "shot 3"
    assert shots_in_words([1, 2, 3, 4, 7], 12) == "shots 1 to 4 and 7"
    assert shots_in_words([1, 2, 5, 9], 12) == "shots 1, 2, 5 and 9"
    assert shots_in_words(list(range(1, 13)), 12) == "all shots"


def test_equal_operations_are_one_line() -> None:
    moved = [{"op": "set_move", "shot": FILM.nth(n), "kind": "push_in"} for n in (2, 3)]
    assert read_back(moved, FILM) == ["push in on shots 2 and 3"]


def test_everything_that_can_be_said_reads_back_whole() -> None:
    for form in FORMS:
        for wish in directed(form.example or "undo").understood:
            assert wish.says
            assert all("{" not in line and "None" not in line for line in wish.says), wish.says


def test_operations_without_words_are_read_back_by_their_fields() -> None:
    assert read_back([{"op": "make_tea", "cups": 2}], FILM) == ["make tea: cups 2"]
    assert "lock" in OPERATIONS
