from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from services.audio_sync.clock import steady_frames
from services.audio_sync.pacing import PACES
from shared.brief import Pacing


@pytest.mark.parametrize("pacing", list(Pacing))
@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001), Fraction(60)])
def test_shots_are_about_as_long_as_the_pacing_says(pacing: Pacing, rate: Fraction) -> None:
    end = int(60 * rate)
    edges = [0, *steady_frames(0, end, pacing, rate), end]
    lengths = [float((after - before) / rate) for before, after in pairwise(edges)]
    usual = PACES[pacing].clock_s
    assert sum(lengths) / len(lengths) == pytest.approx(usual, rel=0.05)
    assert min(lengths) > 0.75 * usual
    assert max(lengths) < 1.3 * usual
    assert len({round(length, 2) for length in lengths}) > 3  # no metronome


def test_short_spans_are_left_whole() -> None:
    assert steady_frames(10, 20, Pacing.FRANTIC, Fraction(25)) == ()
    assert steady_frames(10, 10, Pacing.FRANTIC, Fraction(25)) == ()


def test_cuts_are_inside_their_span() -> None:
    frames = steady_frames(100, 400, Pacing.DRIVING, Fraction(30))
    assert all(100 < frame < 400 for frame in frames)
