"""What begins on a beat, what it is worth, and how it is said."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from services.audio_sync.candidate import Candidate, Window
from services.audio_sync.events import musical_candidates
from services.audio_sync.hearing import Hearing
from shared.brief import Pacing
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent, SyncMap
from tests.audio_sync.forms import formed
from tests.audio_sync.maps import song

FILM = Window(0, 600, Fraction(30))
SONG = formed(bpm=120.0)


def candidates(heard: SyncMap, pacing: Pacing = Pacing.STEADY) -> list[Candidate]:
    return musical_candidates(Hearing(heard, pacing), FILM)


def test_rewards_rise_from_beat_to_drop() -> None:
    heard = replace(SONG, energy=())  # no turns
    order = [
        CutEvent.OFFBEAT,
        CutEvent.BEAT,
        CutEvent.DOWNBEAT,
        CutEvent.PHRASE,
        CutEvent.SECTION,
        CutEvent.DROP,
    ]
    inside = heard.builds[0]
    best = [
        max(
            node.reward
            for node in candidates(heard)
            if node.event is event
            and not inside.start_sample <= (node.sample or 0) < inside.end_sample
        )
        for event in order
    ]
    assert best == sorted(best)
    assert len(set(best)) == len(best)


def test_each_beat_is_the_greatest_thing_that_begins_on_it() -> None:
    by_sample = {node.sample: node for node in candidates(SONG)}
    assert by_sample[SONG.drops[0]].event is CutEvent.DROP
    assert by_sample[SONG.sections[1].start_sample].event is CutEvent.SECTION
    assert by_sample[SONG.phrases[1].start_sample].event is CutEvent.PHRASE
    assert by_sample[SONG.downbeats[1]].event is CutEvent.DOWNBEAT
    assert by_sample[SONG.beats[1].sample].event is CutEvent.BEAT
    assert by_sample[SONG.beats[1].sample].place == "beat 2 of bar 1"
    half = SONG.beats[1].sample // 2
    assert by_sample[half].place == "the off-beat after beat 1 of bar 1"
    assert (by_sample[half].ticks, by_sample[half].in_bar) == (3, 0.5)


def test_offbeats_snap_to_what_is_heard_and_to_the_swing() -> None:
    heard = song(bpm=60.0, onsets_s=(4.53,))
    found = [node for node in candidates(heard) if node.event is CutEvent.OFFBEAT]
    assert [node.ticks for node in found[:3]] == [3, 9, 15]
    assert found[4].sample == round(4.53 * SAMPLE_RATE_HZ)
    assert found[3].sample == round(3.5 * SAMPLE_RATE_HZ)
    swung = candidates(replace(heard, onsets=(), swing=0.66))
    assert swung[1].sample == round(0.66 * SAMPLE_RATE_HZ)


def test_six_eight_divides_in_thirds() -> None:
    found = candidates(formed(beats_per_bar=2, division=3, bpm=60.0))
    assert [node.ticks for node in found[:4]] == [0, 2, 4, 6]
    assert found[1].sample == SAMPLE_RATE_HZ // 3


def test_landmarks_near_a_beat_are_that_beats_others_stand_alone() -> None:
    near = SONG.drops[0] + 2_000
    found = candidates(replace(SONG, drops=(near,)))
    assert [n.sample for n in found if n.event is CutEvent.DROP] == [SONG.drops[0]]
    beatless = replace(SONG, beats=SONG.beats[:16])
    alone = [node for node in candidates(beatless) if node.event is CutEvent.DROP]
    assert [(node.sample, node.ticks, node.place) for node in alone] == [
        (drop, None, "the drop") for drop in SONG.drops
    ]


def test_doubtful_downbeats_are_worth_less() -> None:
    def reward(confidence: float) -> float:
        found = candidates(replace(SONG, energy=(), downbeat_confidence=confidence))
        return found[8].reward

    assert found_event(SONG) is CutEvent.DOWNBEAT
    assert reward(0.6) < reward(0.9)
    assert reward(0.0) == reward(0.5)


def found_event(heard: SyncMap) -> CutEvent:
    return candidates(heard)[8].event


def test_without_downbeats_the_first_of_four_is_only_a_better_beat() -> None:
    plain = replace(song(bpm=120.0), energy=())
    found = [node for node in candidates(plain) if node.event is CutEvent.BEAT]
    assert all(node.place == "" for node in found)
    assert found[4].reward > found[5].reward + 0.5


@pytest.mark.parametrize("is_known", [False, True])
def test_a_turn_belongs_to_its_beat(is_known: bool) -> None:
    heard = song(bpm=120.0, energy=((0.0, 0.4), (8.0, 0.9)))
    if is_known:
        heard = replace(heard, drops=(8 * SAMPLE_RATE_HZ,))
    turned = [node for node in candidates(heard) if node.change_db]
    assert [node.frame for node in turned] == [240]
    assert turned[0].change_db > 15.0
    assert turned[0].reward == max(node.reward for node in candidates(heard))


def test_what_lies_in_a_build_knows_it() -> None:
    found = candidates(SONG)
    inside = [node for node in found if node.build is not None]
    build = SONG.builds[0]
    assert all(build.start_sample <= (node.sample or 0) <= build.end_sample for node in inside)
    assert len(inside) == 2 * 32 + 1
