from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from services.audio_sync.candidate import Candidate, Window
from services.audio_sync.dynamics import Dynamics
from services.audio_sync.events import find_candidates
from services.audio_sync.meter import Meter
from shared.brief import Pacing
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent, SyncMap
from tests.audio_sync.maps import song

FILM = Window(0, 600, Fraction(30))


def candidates(
    heard: SyncMap, pacing: Pacing = Pacing.STEADY, window: Window = FILM
) -> list[Candidate]:
    return find_candidates(heard, Meter(heard), Dynamics(heard.energy), window, pacing)


def test_beats_are_candidates_away_from_the_edges() -> None:
    found = candidates(song(bpm=120.0))
    assert [node.frame for node in found] == list(range(15, 600, 15))
    assert all(node.event is CutEvent.BEAT for node in found)
    assert found[0].half_beats == 2


def test_nothing_is_within_300_ms_of_the_ends() -> None:
    heard = song(bpm=120.0, first_beat_s=0.1)
    assert candidates(heard)[0].frame == 18
    assert all(9 <= node.frame <= 591 for node in candidates(heard))


def test_offbeats_are_for_the_frantic_and_snap_to_what_is_heard() -> None:
    heard = song(bpm=60.0, onsets_s=(4.53,))
    assert not any(node.event is CutEvent.OFFBEAT for node in candidates(heard))
    found = [node for node in candidates(heard, Pacing.FRANTIC) if node.event is CutEvent.OFFBEAT]
    assert [node.half_beats for node in found[:3]] == [1, 3, 5]
    assert found[4].sample == round(4.53 * SAMPLE_RATE_HZ)
    assert found[3].sample == round(3.5 * SAMPLE_RATE_HZ)


def test_onsets_stand_in_only_where_beats_are_missing() -> None:
    heard = song(bpm=120.0, onsets_s=(3.3, 12.2, 13.3))
    silent_from = [beat for beat in heard.beats if beat.sample < 10 * SAMPLE_RATE_HZ]
    found = candidates(replace(heard, beats=tuple(silent_from)))
    onsets = [node for node in found if node.event is CutEvent.ONSET]
    assert [node.frame for node in onsets] == [366, 399]
    assert all(node.half_beats is None for node in onsets)


def test_the_clock_stands_in_where_nothing_is_heard() -> None:
    heard = song(has_beats=False, onsets_s=(2.0, 4.0))
    found = candidates(heard)
    assert [node.frame for node in found[:2]] == [60, 120]
    assert all(node.event is CutEvent.CLOCK and node.sample is None for node in found[2:])
    assert len(found) > 4


def test_a_turn_belongs_to_its_beat() -> None:
    heard = song(bpm=120.0, energy=((0.0, 0.4), (8.0, 0.9)))
    turned = [node for node in candidates(heard) if node.change_db]
    assert [node.frame for node in turned] == [240]
    assert turned[0].change_db > 15.0
    assert turned[0].reward == max(node.reward for node in candidates(heard))
