"""The verdict says what was measured, and numbers read as people read them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from services.gateway.page.wording import (
    count,
    figure,
    frame_rate_of,
    said_rate,
    signed_ms,
    timecode,
    verdict,
    work_seconds,
)


def test_verdict_of_a_good_film(document: dict[str, Any]) -> None:
    document["cuts"] = document["cuts"][:2]
    document["summary"]["mean_abs_offset_ms"] = 8.597
    assert verdict(document) == (
        "2 of 2 cuts on their planned frame; sound 0 samples late; 8.6 ms from the beat on average"
    )


def test_verdict_counts_transitions_apart(document: dict[str, Any]) -> None:
    assert verdict(document).startswith("2 of 2 cuts on their planned frame, 1 transition; ")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"audio_lag_samples": 480}, "sound 480 samples late"),
        ({"audio_lag_samples": -1}, "sound 1 sample early"),
        ({"audio_lag_samples": None}, "the sound is not the planned one"),
        ({"audio_lag_samples": None, "song_offset_seconds": None}, "silent"),
    ],
)
def test_verdict_does_not_praise_wrong_sound(
    document: dict[str, Any], changes: dict[str, Any], said: str
) -> None:
    assert verdict(document | changes).split("; ")[1] == said


def test_verdict_counts_what_is_astray(document: dict[str, Any]) -> None:
    document["cuts"][0]["measured_frame"] = 26
    document["cuts"][1]["measured_frame"] = None
    assert verdict(document).startswith("0 of 2 cuts on")


def test_verdict_without_cuts_and_beats(document: dict[str, Any]) -> None:
    document |= {"cuts": [], "summary": {"mean_abs_offset_ms": None}}
    assert verdict(document) == "one shot without a cut; sound 0 samples late"


def test_timecodes_count_frames_of_the_nearest_whole_rate() -> None:
    assert timecode(465, Fraction(30)) == "00:15:15"
    assert timecode(30 * 61, Fraction(30000, 1001)) == "01:01:00"
    assert timecode(119, Fraction(120)) == "00:00:119"


def test_offsets_have_a_sign_and_one_decimal() -> None:
    assert (signed_ms(16.64), signed_ms(-1.66)) == ("+16.6 ms", "\N{MINUS SIGN}1.7 ms")
    assert (signed_ms(-0.01), signed_ms(None)) == ("0.0 ms", "–")


def test_seconds_of_work_keep_the_digits_that_matter() -> None:
    assert [work_seconds(s) for s in (0.012, 3.14159, 1234.5)] == ["0.01 s", "3.1 s", "1234 s"]


def test_counts_and_rates() -> None:
    assert (count(1, "cut"), count(0, "cut")) == ("1 cut", "0 cuts")
    assert said_rate(frame_rate_of({"frame_rate": "30000/1001"})) == "29.97 fps"
    assert said_rate(Fraction(30)) == "30 fps"


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (-0.004, 2, "0.00"),
        (-0.0, 2, "0.00"),
        (-0.006, 2, "−0.01"),
        (1.25, 1, "1.2"),
        (-14, 1, "−14.0"),
    ],
)
def test_what_rounds_to_zero_has_no_sign(value: float, digits: int, said: str) -> None:
    assert figure(value, digits) == said
