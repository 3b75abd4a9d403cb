"""Exact time: rounding half up from absolute times, at every rate that is broadcast."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InvalidInput
from shared.timing import (
    format_frame_rate,
    frame_at_sample,
    frame_at_seconds,
    parse_frame_rate,
    round_half_up,
    sample_at_frame,
    seconds_at_frame,
)

BROADCAST = [
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(48000, 1001),
    Fraction(48),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
    Fraction(100),
    Fraction(120000, 1001),
    Fraction(120),
]
HOUR_SAMPLES = 48_000 * 3600

rates = st.sampled_from(BROADCAST) | st.fractions(min_value=1, max_value=240, max_denominator=1001)
samples = st.integers(-HOUR_SAMPLES, 10 * HOUR_SAMPLES)
frames = st.integers(0, 10 * 3600 * 120)
sample_rates = st.sampled_from([8_000, 22_050, 44_100, 48_000, 96_000])


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (Fraction(1, 2), 1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),  # round() would say 2
        (Fraction(-1, 2), 0),
        (Fraction(-3, 2), -1),
        (Fraction(1, 2) - Fraction(1, 10**30), 0),
        (Fraction(7), 7),
    ],
)
def test_halves_go_up(value: Fraction, rounded: int) -> None:
    assert round_half_up(value) == rounded


@given(samples, sample_rates, rates)
def test_frame_is_the_nearest_to_the_sample(sample: int, sample_rate: int, rate: Fraction) -> None:
    position = Fraction(sample, sample_rate) * rate
    frame = frame_at_sample(sample, sample_rate, rate)
    assert frame == floor(position + Fraction(1, 2))
    assert -Fraction(1, 2) < frame - position <= Fraction(1, 2)
    assert frame == frame_at_seconds(Fraction(sample, sample_rate), rate)


@given(st.lists(samples, min_size=2, max_size=50, unique=True).map(sorted), rates)
def test_lengths_add_up_to_the_whole(events: list[int], rate: Fraction) -> None:
    cuts = [frame_at_sample(event, 48_000, rate) for event in events]
    lengths = [later - earlier for earlier, later in pairwise(cuts)]
    assert all(length >= 0 for length in lengths)
    assert cuts[0] + sum(lengths) == frame_at_sample(events[-1], 48_000, rate)


@pytest.mark.parametrize("rate", BROADCAST, ids=str)
def test_a_steady_beat_never_drifts(rate: Fraction) -> None:
    # 128 bpm for ten hours: beat k is at k * 22500 samples, whatever was rounded before.
    for beat in (1, 2, 127, 76_799):
        frame = frame_at_sample(beat * 22_500, 48_000, rate)
        assert abs(Fraction(frame) - Fraction(beat * 60, 128) * rate) <= Fraction(1, 2)


@given(frames, rates)
def test_a_frame_survives_its_start_in_seconds_and_samples(frame: int, rate: Fraction) -> None:
    assert frame_at_seconds(seconds_at_frame(frame, rate), rate) == frame
    assert frame_at_sample(sample_at_frame(frame, 48_000, rate), 48_000, rate) == frame


def test_known_frames() -> None:
    assert frame_at_sample(48_000, 48_000, Fraction(30000, 1001)) == 30
    assert frame_at_sample(48_000 * 3600, 48_000, Fraction(30000, 1001)) == 107_892
    assert sample_at_frame(1, 48_000, Fraction(30000, 1001)) == 1602
    assert sample_at_frame(5, 48_000, Fraction(30000, 1001)) == 8008
    assert seconds_at_frame(1001, Fraction(24000, 1001)) == Fraction(1001 * 1001, 24000)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("24", Fraction(24)),
        ("25", Fraction(25)),
        (" 30 ", Fraction(30)),
        ("30.00", Fraction(30)),
        ("23.976", Fraction(24000, 1001)),
        ("23.98", Fraction(24000, 1001)),
        ("29.97", Fraction(30000, 1001)),
        ("29.970", Fraction(30000, 1001)),
        ("47.952", Fraction(48000, 1001)),
        ("59.94", Fraction(60000, 1001)),
        ("119.88", Fraction(120000, 1001)),
        ("12.5", Fraction(25, 2)),
        ("30000/1001", Fraction(30000, 1001)),
        ("2997/100", Fraction(2997, 100)),
        ("1", Fraction(1)),
        ("240", Fraction(240)),
    ],
)
def test_rates_are_read_exactly(text: str, rate: Fraction) -> None:
    assert parse_frame_rate(text) == rate


_NO_RATES = "|fast|0|-25|0.5|241|1e2|1e999999999|nan|inf|30/0|30/1/1|3_0|30 fps|0x1e|.|٣٠"


@pytest.mark.parametrize("text", _NO_RATES.split("|"))
def test_other_rates_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="frame rate"):
        parse_frame_rate(text)


@given(rates)
def test_a_written_rate_reads_back(rate: Fraction) -> None:
    assert parse_frame_rate(format_frame_rate(rate)) == rate
