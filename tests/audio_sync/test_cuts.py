"""What is promised of a cut plan, for any song, pacing, rate, window and fixed cuts."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import groupby, pairwise
from statistics import fmean
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples.song import Song
from shared.brief import Pacing
from shared.errors import InvalidInput
from shared.sync_map import (
    SAMPLE_RATE_HZ,
    Beat,
    CutEvent,
    CutKind,
    CutPlan,
    Onset,
    SyncMap,
)
from shared.timing import frame_at_sample, seconds_at_frame
from tests.audio_sync.maps import planned, song

NTSC = Fraction(30000, 1001)
FLOOR = Fraction(3, 10)
VERSE_CHORUS = ((0.0, 0.5), (16.0, 0.9), (32.0, 0.5), (48.0, 0.9))


@st.composite
def sync_maps(draw: st.DrawFn) -> SyncMap:
    """Songs of up to 25 s, with steady, sparse, missing or interrupted beats."""
    length = draw(st.integers(1, 25)) * SAMPLE_RATE_HZ
    step = draw(st.integers(14_000, 60_000))
    first = draw(st.integers(0, step))
    strengths = st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0])
    is_kept = draw(st.sampled_from([lambda i: True, lambda i: i % 9 > 3, lambda i: False]))
    beats = [
        Beat(sample, draw(strengths))
        for index, sample in enumerate(range(first, length, step))
        if is_kept(index)
    ]
    samples = sorted(draw(st.sets(st.integers(0, length - 1), max_size=20)))
    onsets = tuple(Onset(sample, draw(strengths)) for sample in samples)
    levels = [draw(strengths) for _ in range(-(-length // SAMPLE_RATE_HZ))]
    energy = tuple(level for level in levels for _ in range(100))
    return SyncMap(length, 1.0, None, 0.5, tuple(beats), onsets, energy)


@st.composite
def requests(draw: st.DrawFn) -> tuple[SyncMap | None, Pacing, Fraction, int, int | None]:
    rate = draw(st.sampled_from([Fraction(24000, 1001), Fraction(25), NTSC, Fraction(60)]))
    start = draw(st.one_of(st.none(), st.integers(0, 20 * SAMPLE_RATE_HZ)))
    heard = draw(st.one_of(st.none(), sync_maps()))
    return heard, draw(st.sampled_from(Pacing)), rate, draw(st.integers(1, 900)), start


def lengths_in_half_beats(heard: SyncMap, found: CutPlan) -> list[int | None]:
    """Shots between beats, in half beats by counting; None where an end is not on a beat."""
    frames = {
        frame_at_sample(
            beat.sample - found.window_start_sample, SAMPLE_RATE_HZ, found.frame_rate
        ): index
        for index, beat in enumerate(heard.beats)
    }
    edges = [0, *(cut.frame for cut in found.cuts), found.frame_count]
    places = [2 * frames[frame] if frame in frames else None for frame in edges]
    return [
        None if before is None or after is None else after - before
        for before, after in pairwise(places)
    ]


def longest_run(lengths: list[int | None]) -> int:
    runs = [len(list(group)) for value, group in groupby(lengths) if value is not None]
    return max(runs, default=0)


@settings(max_examples=120, deadline=None)
@given(requests())
def test_every_plan_keeps_the_rules(
    request_: tuple[SyncMap | None, Pacing, Fraction, int, int | None],
) -> None:
    found = planned(*request_)
    rate = found.frame_rate
    edges = [0, *(cut.frame for cut in found.cuts), found.frame_count]
    if found.cuts:
        assert all((after - before) / rate >= FLOOR for before, after in pairwise(edges))
    for cut in found.cuts:
        assert cut.reason
        assert 0.0 <= cut.strength <= 1.0
        assert (cut.sample is None) == (cut.event is CutEvent.CLOCK)
        if cut.sample is not None:
            offset = cut.sample - found.window_start_sample
            assert cut.frame == frame_at_sample(offset, SAMPLE_RATE_HZ, rate) - cut.lead_frames
    frames = [frame for frame, _ in found.accents]
    assert frames == sorted(set(frames))
    assert all(0 <= frame < found.frame_count for frame in frames)
    assert planned(*request_) == found


@settings(max_examples=60, deadline=None)
@given(requests(), st.sets(st.integers(1, 899), max_size=6))
def test_fixed_cuts_are_kept(
    request_: tuple[SyncMap | None, Pacing, Fraction, int, int | None], fixed: set[int]
) -> None:
    fixed_frames = tuple(sorted(frame for frame in fixed if frame < request_[3]))
    found = planned(*request_, fixed_frames)
    frames = [cut.frame for cut in found.cuts]
    assert frames == sorted(set(frames))
    assert set(fixed_frames) <= set(frames)
    for before, after in pairwise([0, *frames, found.frame_count]):
        asked = {0, found.frame_count, *fixed_frames}
        assert (after - before) / found.frame_rate >= FLOOR or {before, after} <= asked


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([84.0, 112.0, 128.0, 170.0]),
    st.sampled_from([Pacing.CALM, Pacing.STEADY, Pacing.DRIVING]),
    st.integers(300, 3000),
    st.sampled_from([VERSE_CHORUS, ((0.0, 0.8),)]),
)
def test_at_most_three_equal_lengths_in_a_row(
    bpm: float, pacing: Pacing, frame_count: int, energy: tuple[tuple[float, float], ...]
) -> None:
    heard = song(bpm=bpm, length_s=130.0, energy=energy, accent_every=1)
    found = planned(heard, pacing, NTSC, frame_count, 0)
    lengths = lengths_in_half_beats(heard, found)
    assert longest_run(lengths) <= 3
    assert None not in lengths[:-1]


@pytest.mark.parametrize("pacing", list(Pacing))
def test_loud_parts_are_cut_faster_as_the_pacing_says(pacing: Pacing) -> None:
    usual = {
        Pacing.CALM: ((8, 16), (4, 8)),
        Pacing.STEADY: ((4, 8), (2, 4)),
        Pacing.DRIVING: ((4, 4), (1, 2)),
        Pacing.FRANTIC: ((2, 2), (0.5, 1)),
    }[pacing]
    heard = song(bpm=96.0, length_s=64.0, energy=VERSE_CHORUS)
    found = planned(heard, pacing, Fraction(30), 64 * 30, 0)
    beat_s = 60.0 / 96.0
    means = []
    for start, end in ((0, 480), (480, 960)):
        frames = [start, *(cut.frame for cut in found.cuts if start < cut.frame < end), end]
        means.append(fmean((b - a) / 30 / beat_s for a, b in pairwise(frames)))
    quiet, loud = means
    assert usual[0][0] * 0.8 <= quiet <= usual[0][1] * 1.5
    assert usual[1][0] * 0.8 <= loud <= usual[1][1] * 1.5
    assert loud < quiet


@pytest.mark.parametrize("pacing", list(Pacing))
@pytest.mark.parametrize("beat_index", [26, 37, 41])
def test_a_drop_is_cut(pacing: Pacing, beat_index: int) -> None:
    drop_s = beat_index * 0.5
    heard = song(bpm=120.0, length_s=40.0, energy=((0.0, 0.45), (drop_s, 0.9)))
    found = planned(heard, pacing, Fraction(25), 1000, 0)
    drop = next(cut for cut in found.cuts if cut.sample == round(drop_s * SAMPLE_RATE_HZ))
    assert drop.reason.startswith("energy jumps by 18 dB: the drop")


def test_cuts_prefer_the_strong_beat_of_four() -> None:
    heard = song(bpm=120.0, length_s=60.0)
    shifted = replace(heard, beats=heard.beats[3:])
    found = planned(shifted, Pacing.STEADY, Fraction(30), 1800, 0)
    on_bar = [cut.sample is not None and cut.sample % 96_000 == 0 for cut in found.cuts]
    assert fmean(on_bar) > 0.7


def test_the_demo_song_is_cut_on_its_beats(demo_song: Song, heard_demo: SyncMap) -> None:
    for pacing in Pacing:
        found = planned(heard_demo, pacing, NTSC, 600, 0)
        assert len(found.cuts) >= 3
        on_beat = [cut for cut in found.cuts if cut.event not in (CutEvent.OFFBEAT, CutEvent.ONSET)]
        events, frames = [], []
        for cut in on_beat:
            assert cut.sample is not None
            events.append(min(abs(cut.sample - beat) for beat in demo_song.beats))
            second = seconds_at_frame(cut.frame, NTSC)
            frames.append(
                min(abs(float(second) - beat / SAMPLE_RATE_HZ) for beat in demo_song.beats)
            )
        assert fmean(events) <= 0.002 * SAMPLE_RATE_HZ
        assert fmean(frames) <= 0.010


def test_without_music_the_clock_cuts() -> None:
    for heard in (None, song(has_beats=False)):
        found = planned(heard, Pacing.STEADY, Fraction(25), 25 * 30)
        assert len(found.cuts) == 9
        assert all(cut.event is CutEvent.CLOCK for cut in found.cuts)
        assert all(cut.kind is CutKind.STEADY for cut in found.cuts)
        assert "no beat was found" in found.cuts[0].reason
        assert found.accents == ()


def test_without_beats_onsets_cut() -> None:
    heard = song(has_beats=False, onsets_s=tuple(k * 1.3 + 0.2 for k in range(40)))
    found = planned(heard, Pacing.DRIVING, Fraction(25), 25 * 50, 0)
    assert {cut.event for cut in found.cuts} == {CutEvent.ONSET}
    assert {cut.kind for cut in found.cuts} == {CutKind.ON_ONSET}
    assert len(found.cuts) > 10


@pytest.mark.parametrize("frame_count", [1, 2, 10, 17])
def test_very_short_films_have_no_cuts(frame_count: int) -> None:
    assert planned(song(), Pacing.FRANTIC, Fraction(30), frame_count, 0).cuts == ()


def test_a_window_beyond_the_song_is_cut_by_the_clock() -> None:
    found = planned(song(length_s=10.0), Pacing.STEADY, Fraction(25), 500, 30 * SAMPLE_RATE_HZ)
    assert found.cuts
    assert {cut.event for cut in found.cuts} == {CutEvent.CLOCK}


def test_the_window_is_chosen_if_it_is_left_open() -> None:
    heard = song(bpm=120.0, length_s=60.0, energy=((0.0, 0.2), (30.0, 0.9)))
    found = planned(heard, Pacing.STEADY, Fraction(25), 250)
    assert found.window_start_sample > 20 * SAMPLE_RATE_HZ
    assert found.accents[0][0] == 0
    assert planned(heard, Pacing.STEADY, Fraction(25), 250, 0).window_start_sample == 0


def test_impossible_requests_are_refused() -> None:
    with pytest.raises(InvalidInput, match="a film of 0 frames"):
        planned(None, Pacing.CALM, Fraction(25), 0)
    with pytest.raises(InvalidInput, match=r"fixed cuts at frames \[0, 100\]"):
        planned(None, Pacing.CALM, Fraction(25), 100, 0, (0, 50, 100))
    with pytest.raises(InvalidInput, match="starts at sample -1"):
        planned(None, Pacing.CALM, Fraction(25), 100, -1)


@pytest.mark.parametrize("pacing", list(Pacing))
def test_ten_minutes_are_planned_quickly(pacing: Pacing) -> None:
    heard = song(bpm=128.0, length_s=600.0, energy=VERSE_CHORUS)
    started = process_time()
    assert len(planned(heard, pacing, NTSC, round(600 * NTSC), 0).cuts) > 50
    assert process_time() - started < 2.0
