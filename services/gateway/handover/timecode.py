"""Timecode of SMPTE ST 12: frames counted as hours, minutes, seconds and frames."""

from __future__ import annotations

from fractions import Fraction

import opentimelineio as otio

from shared.errors import InvalidInput


def is_drop(rate: Fraction) -> bool:
    """Whether timecode at a rate drops numbers to stay with the clock: at 29.97 and 59.94."""
    return rate in (Fraction(30000, 1001), Fraction(60000, 1001))


def nominal(rate: Fraction) -> int:
    """The whole number of frames that a second of timecode counts."""
    return -(-rate.numerator // rate.denominator)


def to_timecode(frame: int, rate: Fraction) -> str:
    """The timecode of a frame counted from 00:00:00:00; ";" marks dropped numbers."""
    time = otio.opentime.RationalTime(frame, _supported(rate))
    return str(otio.opentime.to_timecode(time, _supported(rate), is_drop(rate)))


def from_timecode(text: str, rate: Fraction) -> int:
    """The frame of a timecode at a rate; raises `InvalidInput` for what is none."""
    drops = ";" in text
    try:
        value = otio.opentime.from_timecode(text, _supported(rate)).value
    except ValueError as error:
        raise InvalidInput(f"{text!r} is no timecode at {float(rate):g} frames a second") from error
    if drops and not is_drop(rate):
        raise InvalidInput(f"{text!r} drops frames, which {float(rate):g} frames a second do not")
    return round(float(value))


def _supported(rate: Fraction) -> float:
    """The rate as the library takes it."""
    exact = float(rate)
    if not otio.opentime.RationalTime.is_valid_timecode_rate(exact):
        raise InvalidInput(
            f"there is no timecode at {exact:g} frames a second; expected 23.976, 24, 25, 29.97, "
            "30, 48, 50, 59.94 or 60"
        )
    return exact
