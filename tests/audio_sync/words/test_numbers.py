from __future__ import annotations

import pytest

from services.audio_sync.words.numbers import spoken_number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0", "zero"),
        ("12", "twelve"),
        ("40", "forty"),
        ("1,250", "one thousand two hundred fifty"),
        ("1990", "nineteen ninety"),
        ("1905", "nineteen oh five"),
        ("2000", "two thousand"),
        ("1990s", "nineteen nineties"),
        ("3.14", "three point one four"),
        ("3rd", "third"),
        ("20th", "twentieth"),
        ("$20", "twenty dollars"),
        ("45%", "forty five percent"),
        ("9:30", "nine thirty"),
        ("7:05", "seven oh five"),
        ("9:00", "nine o'clock"),
        ("7000000", "seven million"),
        ("1234567890123", "one two three four five six seven eight nine zero one two three"),
    ],
)
def test_numbers_are_said_as_words(text: str, said: str) -> None:
    assert " ".join(spoken_number(text)) == said


@pytest.mark.parametrize("text", ["", "a1", "-", "1-2", "twelve"])
def test_what_is_no_number_has_no_words(text: str) -> None:
    assert spoken_number(text) == ()
