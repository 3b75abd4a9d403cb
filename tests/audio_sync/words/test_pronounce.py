from __future__ import annotations

import pytest

from services.audio_sync.words.pronounce import Said, pronounce

_WORDS = {
    "state": "S T EY T",
    "of": "AH V",
    "the": "DH AH",
    "art": "AA R T",
    "on": "AA N",
    "beat": "B IY T",
    "day": "D EY",
    "light": "L AY T",
    "don't": "D OW N T",
    "bake": "B EY K",
}


def _said(text: str) -> tuple[Said, ...]:
    return pronounce(text, _WORDS.get)


@pytest.mark.parametrize("text", ["The", "the,", '"the"', "THE!"])
def test_known_words_are_named(text: str) -> None:
    assert _said(text) == (Said("the"),)


def test_hyphens_part_and_apostrophes_do_not() -> None:
    assert _said("state-of-the-art") == tuple(map(Said, ("state", "of", "the", "art")))
    assert _said("don’t") == (Said("don't"),)


def test_numbers_are_words() -> None:
    assert _said("42%") == tuple(map(Said, ("forty", "two", "percent")))


def test_two_words_in_one() -> None:
    assert pronounce("daylight", _WORDS.get)[0].sounds == ("D", "EY", "L", "AY", "T")


@pytest.mark.parametrize(
    ("text", "ending"), [("arts", "S"), ("beat's", "S"), ("baked", "T"), ("baking", "IH NG")]
)
def test_endings_of_known_words(text: str, ending: str) -> None:
    sounds = _said(text)[0].sounds
    assert sounds is not None
    assert " ".join(sounds).endswith(f" {ending}")


def test_short_capitals_are_spelled() -> None:
    assert _said("FBI")[0].sounds == ("EH", "F", "B", "IY", "AY")


@pytest.mark.parametrize("text", ["—", "...", "", "東京"])
def test_signs_are_not_said(text: str) -> None:
    assert _said(text) == ()
