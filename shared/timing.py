"""Exact time: integer samples and rational frame rates, rounded once and half up.

A musical time is an integer sample at a stated rate. The frame it belongs to is
`floor(Fraction(sample, sample_rate) * frame_rate + 1/2)`, always from the absolute time: lengths
are differences of frames, so rounding never accumulates.
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import floor

from shared.errors import InvalidInput

# Broadcast rates as people write them; the exact value is N * 1000 / 1001.
_NTSC_RATES = {
    "23.976": Fraction(24000, 1001),
    "23.98": Fraction(24000, 1001),
    "29.97": Fraction(30000, 1001),
    "47.95": Fraction(48000, 1001),
    "47.952": Fraction(48000, 1001),
    "59.94": Fraction(60000, 1001),
    "119.88": Fraction(120000, 1001),
}
# Not everything that Fraction() reads: "1e999999999" would keep it busy for hours.
_RATE_TEXT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?|[0-9]{1,9}/[0-9]{1,9}")
MIN_FRAME_RATE = Fraction(1)
MAX_FRAME_RATE = Fraction(240)


def round_half_up(value: Fraction) -> int:
    """Nearest integer of an exact value; halves go up (towards positive infinity)."""
    return floor(value + Fraction(1, 2))


def frame_at_sample(sample: int, sample_rate_hz: int, frame_rate: Fraction) -> int:
    """Frame nearest to an absolute time given in samples."""
    return round_half_up(Fraction(sample, sample_rate_hz) * frame_rate)


def sample_at_frame(frame: int, sample_rate_hz: int, frame_rate: Fraction) -> int:
    """Sample nearest to the start of a frame."""
    return round_half_up(Fraction(frame) / frame_rate * sample_rate_hz)


def frame_at_seconds(seconds: Fraction, frame_rate: Fraction) -> int:
    """Frame nearest to an absolute time given in exact seconds."""
    return round_half_up(seconds * frame_rate)


def seconds_at_frame(frame: int, frame_rate: Fraction) -> Fraction:
    """Exact start time of a frame in seconds."""
    return Fraction(frame) / frame_rate


def parse_frame_rate(text: str) -> Fraction:
    """Read "30", "29.97" or "29.970" (30000/1001), "30000/1001" or "12.5" as an exact rate.

    Raises `InvalidInput` for anything else and for rates outside 1 to 240 frames per second.
    """
    cleaned = text.strip()
    if "." in cleaned:
        cleaned = cleaned.rstrip("0").rstrip(".")
    try:
        if not _RATE_TEXT.fullmatch(cleaned):
            raise ValueError
        rate = _NTSC_RATES.get(cleaned) or Fraction(cleaned)
    except (ValueError, ZeroDivisionError):
        raise InvalidInput(
            f"frame rate {text!r} is not a number; expected for example 25, 29.97 or 30000/1001"
        ) from None
    if not MIN_FRAME_RATE <= rate <= MAX_FRAME_RATE:
        raise InvalidInput(f"frame rate {text} is out of range; expected 1 to 240")
    return rate


def format_frame_rate(frame_rate: Fraction) -> str:
    """Write a rate as "30" or "30000/1001"; `parse_frame_rate` reads it back exactly."""
    return str(frame_rate)
