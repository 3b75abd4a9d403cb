"""What a film may be cut on, and where nothing may be."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from services.audio_sync.candidate import Candidate, Window
from services.audio_sync.choices import find_candidates, fixed_candidates
from services.audio_sync.hearing import Hearing
from shared.brief import CutsOn, Pacing
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent, SpokenText, SyncMap
from tests.audio_sync.forms import formed
from tests.audio_sync.maps import song

FILM = Window(0, 600, Fraction(30))
LONG = Window(0, 3600, Fraction(30))


def candidates(
    heard: SyncMap, pacing: Pacing = Pacing.STEADY, window: Window = FILM
) -> tuple[Candidate, ...]:
    return find_candidates(Hearing(heard, pacing), window).candidates


def test_beats_are_candidates_away_from_the_edges() -> None:
    found = candidates(song(bpm=120.0))
    assert [node.frame for node in found] == list(range(15, 600, 15))
    assert all(node.event is CutEvent.BEAT for node in found)
    assert found[0].ticks == 6


def test_nothing_is_within_300_ms_of_the_ends() -> None:
    heard = song(bpm=120.0, first_beat_s=0.1)
    assert candidates(heard)[0].frame == 18
    assert all(9 <= node.frame <= 591 for node in candidates(heard))


def test_offbeats_are_for_the_frantic_and_for_bursts() -> None:
    heard = formed(bpm=120.0)
    frantic = candidates(heard, Pacing.FRANTIC, LONG)
    steady = candidates(heard, Pacing.STEADY, LONG)
    assert sum(node.event is CutEvent.OFFBEAT for node in frantic) > 100
    offbeats = [node for node in steady if node.event is CutEvent.OFFBEAT]
    assert len(offbeats) == 4
    assert all(node.is_burst for node in offbeats)


def test_onsets_stand_in_only_where_beats_are_missing() -> None:
    heard = song(bpm=120.0, onsets_s=(3.3, 12.2, 13.3))
    silent_from = [beat for beat in heard.beats if beat.sample < 10 * SAMPLE_RATE_HZ]
    found = candidates(replace(heard, beats=tuple(silent_from)))
    onsets = [node for node in found if node.event is CutEvent.ONSET]
    assert [node.frame for node in onsets] == [366, 399]


def test_the_clock_stands_in_where_nothing_is_heard() -> None:
    found = candidates(song(has_beats=False, onsets_s=(2.0, 4.0)))
    assert [node.frame for node in found[:2]] == [60, 120]
    assert all(node.event is CutEvent.CLOCK and node.sample is None for node in found[2:])
    assert len(found) > 4


def test_nothing_comes_right_before_a_drop_or_in_its_bar() -> None:
    drop = LONG.frame(formed(bpm=120.0).drops[0])
    near = [n.frame - drop for n in candidates(formed(bpm=120.0), Pacing.FRANTIC, LONG)]
    assert [frame for frame in near if -45 <= frame <= 75] == [-45, -37, -30, 0, 60, 68, 75]


@pytest.mark.parametrize(
    ("asked", "events", "note"),
    [
        (CutsOn.SENTENCES, {CutEvent.BEAT}, "no sentences to cut on"),
        (CutsOn.PHRASES, {CutEvent.BEAT}, "no phrases to cut on"),
        (CutsOn.ONSETS, {CutEvent.ONSET}, ""),
        (CutsOn.BEATS, {CutEvent.BEAT}, ""),
        (CutsOn.AUTO, {CutEvent.BEAT}, ""),
    ],
)
def test_what_was_not_heard_is_replaced_and_said(
    asked: CutsOn, events: set[CutEvent], note: str
) -> None:
    heard = song(bpm=120.0, onsets_s=tuple(float(second) + 0.3 for second in range(1, 19)))
    choice = find_candidates(Hearing(heard, Pacing.STEADY), FILM, asked)
    assert {node.event for node in choice.candidates} == events
    assert choice.note == note


def test_a_lead_shrinks_rather_than_cut_a_word() -> None:
    word = SpokenText("oh", round(3.0 * SAMPLE_RATE_HZ), round(3.93 * SAMPLE_RATE_HZ))
    heard = replace(song(bpm=120.0), words=(word,))
    window = Window(0, 600, Fraction(30), lead_frames=3)
    found = {node.frame: node for node in candidates(heard, window=window)}
    assert found[87].lead_frames == 3  # before the word
    assert 102 not in found  # the beat at 3.5 s lies in the word
    assert found[118].lead_frames == 2  # three frames before 4.0 s it still sounds


def test_fixed_frames_know_their_events_with_and_without_the_lead() -> None:
    window = Window(0, 600, Fraction(30), lead_frames=2)
    found = fixed_candidates(Hearing(formed(bpm=120.0), Pacing.STEADY), window)
    assert (found[60].event, found[60].lead_frames) == (CutEvent.DOWNBEAT, 0)
    assert (found[58].event, found[58].lead_frames) == (CutEvent.DOWNBEAT, 2)
    assert 59 not in found
