"""The grammar of cutting, on songs whose true form is known."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby, pairwise
from statistics import fmean
from typing import Any

import pytest

from shared.brief import CutsOn, Pacing
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent, CutPlan, Span, SyncMap
from shared.timing import frame_at_sample
from tests.audio_sync.forms import DANCE, Part, formed
from tests.audio_sync.maps import planned

RATE = Fraction(30)
WALTZ = formed(beats_per_bar=3, bpm=150.0)
SIX_EIGHT = formed(beats_per_bar=2, division=3, bpm=60.0)
SONG = formed()
SONGS = {"four": SONG, "three": WALTZ, "six_eight": SIX_EIGHT}
LANDMARKS = {CutEvent.DOWNBEAT, CutEvent.PHRASE, CutEvent.SECTION, CutEvent.DROP}


def whole(heard: SyncMap, pacing: Pacing, **more: Any) -> CutPlan:
    frames = frame_at_sample(heard.duration_samples, SAMPLE_RATE_HZ, RATE)
    return planned(heard, pacing, RATE, frames, 0, **more)


def beats_of(heard: SyncMap, samples: int) -> float:
    assert heard.tempo_bpm is not None
    return samples / SAMPLE_RATE_HZ * heard.tempo_bpm / 60.0


def shots(heard: SyncMap, found: CutPlan) -> Iterator[tuple[int, int, float]]:
    """Start and end sample and length in beats of every shot between events."""
    places = [0, *(cut.sample for cut in found.cuts if cut.sample is not None)]
    for start, end in pairwise([*places, heard.duration_samples]):
        yield start, end, beats_of(heard, end - start)


def lengths_in(heard: SyncMap, found: CutPlan, span: Span) -> list[float]:
    return [
        length
        for start, end, length in shots(heard, found)
        if span.start_sample <= start and end <= span.end_sample
    ]


@pytest.mark.parametrize("name", list(SONGS))
@pytest.mark.parametrize("pacing", list(Pacing))
def test_every_drop_is_cut_after_a_hold_and_its_shot_holds_a_bar(name: str, pacing: Pacing) -> None:
    heard = SONGS[name]
    found = whole(heard, pacing)
    bar = heard.beats_per_bar or 0
    by_start = {start: length for start, _, length in shots(heard, found)}
    by_end = {end: length for _, end, length in shots(heard, found)}
    for drop in heard.drops:
        cut = next(cut for cut in found.cuts if cut.sample == drop)
        assert cut.event is CutEvent.DROP
        assert "the drop" in cut.reason
        assert by_start[drop] >= bar - 0.01
        assert by_end[drop] >= max(1, bar // 2) - 0.01


@pytest.mark.parametrize("pacing", list(Pacing))
def test_every_section_begins_with_a_cut(pacing: Pacing) -> None:
    found = whole(SONG, pacing)
    samples = {cut.sample for cut in found.cuts}
    assert {section.start_sample for section in SONG.sections[1:]} <= samples
    named = [cut for cut in found.cuts if cut.event is CutEvent.SECTION]
    start = "on the downbeat of bar 9, where the verse begins, "
    assert named[0].reason.startswith(start)


@pytest.mark.parametrize("pacing", [Pacing.STEADY, Pacing.DRIVING, Pacing.FRANTIC])
def test_a_build_shortens_down_to_half_a_beat(pacing: Pacing) -> None:
    lengths = [round(length, 2) for length in lengths_in(SONG, whole(SONG, pacing), SONG.builds[0])]
    rising, hold = lengths[:-1], lengths[-1]
    assert hold == 2.0
    assert rising == sorted(rising, reverse=True)
    steps = [length for length, _ in groupby(rising)]
    assert steps == [length for length in (4.0, 2.0, 1.0, 0.5) if length <= rising[0]]
    assert rising.count(0.5) * 0.5 <= 4.0  # the burst lasts a bar


def test_a_calm_build_shortens_too() -> None:
    lengths = lengths_in(SONG, whole(SONG, Pacing.CALM), SONG.builds[0])
    assert [length for length, _ in groupby(round(length) for length in lengths[:-1])] == [
        8,
        4,
        2,
        1,
    ]


@pytest.mark.parametrize("name", list(SONGS))
@pytest.mark.parametrize("pacing", list(Pacing))
def test_outside_builds_three_equal_lengths_are_the_most(name: str, pacing: Pacing) -> None:
    heard = SONGS[name]
    lengths = [
        None if any(b.start_sample <= start < b.end_sample for b in heard.builds) else round(x, 2)
        for start, _, x in shots(heard, whole(heard, pacing))
    ]
    runs = [len(list(group)) for length, group in groupby(lengths) if length is not None]
    assert max(runs) <= 3


@pytest.mark.parametrize("name", list(SONGS))
@pytest.mark.parametrize("pacing", list(Pacing))
def test_nothing_is_shorter_than_300_ms_but_one_bar_of_a_build(name: str, pacing: Pacing) -> None:
    heard = SONGS[name]
    found = whole(heard, pacing)
    edges = [0, *(cut.frame for cut in found.cuts), found.frame_count]
    short = [(a, b) for a, b in pairwise(edges) if (b - a) / RATE < Fraction(3, 10)]
    if not short:
        return
    build = heard.builds[0]
    first, last = short[0][0], short[-1][1]
    assert first / RATE * SAMPLE_RATE_HZ >= build.start_sample
    assert last / RATE * SAMPLE_RATE_HZ <= build.end_sample
    bar_seconds = (heard.beats_per_bar or 0) * 60.0 / (heard.tempo_bpm or 1.0)
    assert float((last - first) / RATE) <= bar_seconds + 0.05
    assert min(b - a for a, b in short) / RATE >= Fraction(15, 100)


@pytest.mark.parametrize("name", list(SONGS))
@pytest.mark.parametrize("pacing", list(Pacing))
def test_breaks_hold_longest_and_choruses_are_cut_fastest(name: str, pacing: Pacing) -> None:
    heard = SONGS[name]
    found = whole(heard, pacing)
    means: dict[str, float] = {}
    for section in heard.sections[1:]:
        span = Span(section.start_sample, section.end_sample)
        means[section.label] = fmean(lengths_in(heard, found, span))
    assert means["chorus"] < means["verse"] < means["break"]


@pytest.mark.parametrize(
    ("pacing", "least"), [(Pacing.CALM, 0.95), (Pacing.STEADY, 0.85), (Pacing.DRIVING, 0.6)]
)
@pytest.mark.parametrize("name", list(SONGS))
def test_most_cuts_are_on_downbeats(name: str, pacing: Pacing, least: float) -> None:
    heard = SONGS[name]
    build = heard.builds[0]
    cuts = [
        cut
        for cut in whole(heard, pacing).cuts
        if cut.sample is not None and not build.start_sample < cut.sample < build.end_sample
    ]
    assert fmean(cut.event in LANDMARKS for cut in cuts) >= least
    assert all(cut.sample in heard.downbeats for cut in cuts if cut.event in LANDMARKS)


@pytest.mark.parametrize(
    "wanted", [CutsOn.DOWNBEATS, CutsOn.PHRASES, CutsOn.SECTIONS, CutsOn.BEATS]
)
def test_cuts_fall_on_what_is_asked_for(wanted: CutsOn) -> None:
    samples = {
        CutsOn.BEATS: {beat.sample for beat in SONG.beats},
        CutsOn.DOWNBEATS: set(SONG.downbeats),
        CutsOn.PHRASES: {phrase.start_sample for phrase in SONG.phrases},
        CutsOn.SECTIONS: {section.start_sample for section in SONG.sections},
    }[wanted]
    found = whole(SONG, Pacing.FRANTIC, cuts_on=wanted)
    assert len(found.cuts) >= 5
    assert {cut.sample for cut in found.cuts} <= samples
    assert found.cuts_on is wanted


def test_what_was_not_heard_falls_back_to_the_next_finer_events() -> None:
    plain = formed((Part("verse", 16, 0.8),), phrase_bars=16)
    found = whole(plain, Pacing.STEADY, cuts_on=CutsOn.SECTIONS)
    assert {cut.event for cut in found.cuts} == {CutEvent.DOWNBEAT}
    assert all(cut.reason.endswith("; no sections to cut on") for cut in found.cuts)


@pytest.mark.parametrize("lead", [0, 1, 3])
@pytest.mark.parametrize("rate", [Fraction(30000, 1001), Fraction(25)])
def test_cuts_lead_their_events_by_whole_frames(lead: int, rate: Fraction) -> None:
    found = planned(SONG, Pacing.STEADY, rate, 1500, 0, lead_frames=lead)
    assert found.lead_frames == lead
    for cut in found.cuts:
        assert cut.sample is not None
        assert cut.lead_frames == lead
        assert cut.frame + lead == frame_at_sample(cut.sample, SAMPLE_RATE_HZ, rate)
        assert (cut.kind == "anticipation") == (lead > 0)
    ahead = {0: "on the downbeat", 1: "1 frame before the", 3: "3 frames before the"}[lead]
    assert any(cut.reason.startswith(ahead) for cut in found.cuts)


def test_locked_spans_are_shots_and_the_rest_is_cut_as_ever() -> None:
    spans = ((300, 620), (620, 700))
    found = planned(SONG, Pacing.DRIVING, RATE, 1200, 0, (450,), locked_spans=spans)
    frames = [cut.frame for cut in found.cuts]
    assert {300, 620, 700, 450} <= set(frames)  # what is fixed may stand in a span
    assert [frame for frame in frames if 300 < frame < 700] == [450, 620]
    assert len([frame for frame in frames if frame < 300]) >= 3
    whole_film = planned(SONG, Pacing.DRIVING, RATE, 1200, 0, locked_spans=((0, 1200),))
    assert whole_film.cuts == ()


def test_a_song_of_verses_alone_has_no_arcs() -> None:
    plain = formed(tuple(Part("verse", part.num_bars, 0.6) for part in DANCE))
    lengths = {round(length, 2) for *_, length in shots(plain, whole(plain, Pacing.STEADY))}
    assert lengths <= {2.0, 4.0, 8.0}
