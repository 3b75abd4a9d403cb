"""What is promised of a plan holds for any form that may be heard, right or wrong."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.brief import CutsOn, Pacing
from shared.sync_map import SAMPLE_RATE_HZ, Phrase, Section, Span, SpokenText, SyncMap
from shared.timing import frame_at_sample
from tests.audio_sync.forms import Part, formed
from tests.audio_sync.maps import planned, song

SECONDS = 24
LENGTH = SECONDS * SAMPLE_RATE_HZ
SAMPLES = st.integers(0, LENGTH)
RATE = Fraction(30000, 1001)
FRAMES = int(SECONDS * RATE)


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """Up to two spans, some of them empty."""
    ends = sorted(draw(st.lists(SAMPLES, max_size=4)))
    return tuple(Span(start, end) for start, end in zip(ends[::2], ends[1::2], strict=False))


@st.composite
def spoken(draw: st.DrawFn) -> tuple[SpokenText, ...]:
    """Words that may touch or overlap."""
    starts = sorted(draw(st.sets(SAMPLES, max_size=40)))
    lengths = st.integers(0, SAMPLE_RATE_HZ)
    return tuple(SpokenText("word", start, start + draw(lengths), 0.8) for start in starts)


@st.composite
def sync_maps(draw: st.DrawFn) -> SyncMap:
    """Beats, or none, under any form at all."""
    heard = song(
        bpm=draw(st.sampled_from([70.0, 120.0, 174.0])),
        length_s=float(SECONDS),
        energy=draw(st.sampled_from([((0.0, 0.8),), ((0.0, 0.3), (11.0, 0.9))])),
        has_beats=draw(st.booleans()),
    )
    starts = sorted(draw(st.sets(SAMPLES, max_size=5)))
    words = draw(st.one_of(st.just(()), spoken()))
    return replace(
        heard,
        downbeats=draw(st.sampled_from([(), tuple(b.sample for b in heard.beats[1::3])])),
        beats_per_bar=draw(st.sampled_from([None, 2, 3, 4, 5, 6, 7])),
        beat_division=draw(st.sampled_from([None, 2, 3])),
        sections=tuple(Section(a, b, "AB"[a % 2], 0.5) for a, b in pairwise(starts)),
        phrases=tuple(Phrase(a, b, 4) for a, b in pairwise(starts)),
        builds=draw(spans()),
        breaks=draw(spans()),
        drops=tuple(sorted(draw(st.sets(SAMPLES, max_size=2)))),
        words=words,
        sentences=words[::5],
        speech=draw(spans()),
    )


@settings(max_examples=100, deadline=None)
@given(sync_maps(), st.sampled_from(Pacing), st.sampled_from(CutsOn), st.integers(0, 3))
def test_every_plan_keeps_the_rules(
    heard: SyncMap, pacing: Pacing, cuts_on: CutsOn, lead: int
) -> None:
    found = planned(heard, pacing, RATE, FRAMES, 0, cuts_on=cuts_on, lead_frames=lead)
    edges = [0, *(cut.frame for cut in found.cuts), found.frame_count]
    shots = list(pairwise(edges))
    assert all((b - a) / RATE >= Fraction(15, 100) for a, b in shots)
    for a, b in shots:
        if (b - a) / RATE < Fraction(3, 10):
            middle = (a + b) / 2 / RATE * SAMPLE_RATE_HZ
            reach = SAMPLE_RATE_HZ  # a build begins and ends on the beat nearest to it
            assert any(s.start_sample - reach < middle < s.end_sample + reach for s in heard.builds)
    for cut in found.cuts:
        assert 0 <= cut.lead_frames <= lead
        assert not any(
            frame_at_sample(word.start_sample, SAMPLE_RATE_HZ, RATE)
            < cut.frame
            < frame_at_sample(min(word.end_sample, following), SAMPLE_RATE_HZ, RATE)
            for word, following in _followed(heard.words)
        )
        if cut.sample is not None:
            nearest = frame_at_sample(cut.sample, SAMPLE_RATE_HZ, RATE)
            assert cut.frame == nearest - cut.lead_frames
    again = planned(heard, pacing, RATE, FRAMES, 0, cuts_on=cuts_on, lead_frames=lead)
    assert again == found


def _followed(words: tuple[SpokenText, ...]) -> list[tuple[SpokenText, int]]:
    """Each word with the start of the next one."""
    starts = [*(word.start_sample for word in words[1:]), 10 * LENGTH]
    return list(zip(words, starts, strict=len(words) > 0))


@pytest.mark.parametrize("pacing", list(Pacing))
def test_ten_minutes_of_song_with_form_and_words_are_planned_quickly(pacing: Pacing) -> None:
    words = tuple(
        SpokenText("la", start, start + 14_000) for start in range(0, 600 * SAMPLE_RATE_HZ, 19_000)
    )
    parts = (
        Part("verse", 16, 0.5),
        Part("build", 8, 0.7, "build"),
        Part("chorus", 16, 0.9, "drop"),
    )
    heard = formed(parts * 8, bpm=128.0, words=words)
    started = process_time()
    assert len(planned(heard, pacing, RATE, int(600 * RATE), 0).cuts) > 50
    assert process_time() - started < 2.0
