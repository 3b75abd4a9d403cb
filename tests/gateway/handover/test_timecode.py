"""Timecode there and back."""

from __future__ import annotations

from fractions import Fraction

import pytest

from services.gateway.handover.timecode import from_timecode, is_drop, nominal, to_timecode
from shared.errors import InvalidInput

NTSC = Fraction(30000, 1001)


@pytest.mark.parametrize(
    ("rate", "frame", "text"),
    [
        (Fraction(25), 90_000, "01:00:00:00"),
        (Fraction(24), 25, "00:00:01:01"),
        (NTSC, 107_892, "01:00:00;00"),
        (NTSC, 1800, "00:01:00;02"),
        (Fraction(60000, 1001), 0, "00:00:00;00"),
    ],
)
def test_there_and_back(rate: Fraction, frame: int, text: str) -> None:
    assert to_timecode(frame, rate) == text
    assert from_timecode(text, rate) == frame


def test_only_29_97_and_59_94_drop_numbers() -> None:
    assert is_drop(NTSC)
    assert not is_drop(Fraction(24000, 1001))
    assert nominal(NTSC) == 30


@pytest.mark.parametrize("text", ["nonsense", "00:00:00;00", "1:2"])
def test_what_is_no_timecode_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        from_timecode(text, Fraction(25))
