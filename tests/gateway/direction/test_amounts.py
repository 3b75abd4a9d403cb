"""Lengths, times and degrees in words."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from services.gateway.direction.amounts import (
    AMOUNT,
    DEGREE,
    TIME,
    beats,
    degree,
    frames,
    number,
    seconds,
    share,
)
from services.gateway.direction.film import Film
from shared.errors import NotFound
from tests.gateway.direction.directed import SYNC_MAP, film

FILM = Film(film(), SYNC_MAP)


@pytest.mark.parametrize(
    ("text", "count"),
    [("a second", 25), ("half a second", 13), ("2 seconds", 50), ("1.5s", 38), ("12 frames", 12),
     ("a beat", 13), ("two beats", 25), ("a bar", 50), ("one and a half seconds", 38),
     ("400 ms", 10), ("2 seconds and a half", 63), ("another second", 25)],
)  # fmt: skip
def test_lengths_in_frames(text: str, count: int) -> None:
    assert re.fullmatch(AMOUNT, text)
    assert frames(text, FILM) == count


def test_whole_beats_are_said_as_beats() -> None:
    assert [beats(text) for text in ("2 beats", "a bar", "half a beat", "2 seconds")] == [
        2,
        4,
        None,
        None,
    ]


def test_without_a_tempo_there_are_no_beats() -> None:
    with pytest.raises(NotFound, match="no beat was heard"):
        frames("2 beats", Film(film()))


@pytest.mark.parametrize(
    ("text", "value"),
    [("0:12", 12), ("1:02.5", Fraction(125, 2)), ("1:00:00", 3600), ("8 seconds", 8),
     ("the start", 0), ("the end", 24)],
)  # fmt: skip
def test_times_in_seconds(text: str, value: Fraction) -> None:
    assert re.fullmatch(TIME, text)
    assert seconds(text, FILM) == value


def test_degrees() -> None:
    words = ["a bit", "slightly", "a little bit", "quite", "much", "a lot", "very"]
    assert all(re.fullmatch(DEGREE, word) for word in words)
    assert [degree(word) for word in words] == [0.5, 0.5, 0.5, 1.0, 2.0, 2.0, 2.0]
    assert degree(None) == 1.0


def test_numbers() -> None:
    assert [number("seven"), number("0.5")] == [Fraction(7), Fraction(1, 2)]
    assert share("by 20 %") == Fraction(1, 5)
