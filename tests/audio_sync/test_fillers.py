from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from services.audio_sync.candidate import Window
from services.audio_sync.fillers import clock_candidates, gap_at, onset_candidates
from services.audio_sync.hearing import Hearing
from shared.brief import Pacing
from shared.sync_map import SAMPLE_RATE_HZ, CutEvent, Onset, Span, SpokenText, SyncMap
from tests.audio_sync.maps import song

FILM = Window(0, 600, Fraction(30))


def hearing(heard: SyncMap) -> Hearing:
    return Hearing(heard, Pacing.STEADY)


def test_the_strongest_onsets_win_300_ms_around_them() -> None:
    times = ((2.0, 0.5), (2.2, 0.9), (2.4, 0.4), (3.0, 0.1), (25.0, 0.9))
    onsets = tuple(Onset(round(at * SAMPLE_RATE_HZ), strength) for at, strength in times)
    found = onset_candidates(hearing(replace(song(), onsets=onsets)), FILM)
    assert [(item.frame, item.event, item.ticks) for item in found] == [(66, CutEvent.ONSET, None)]


def test_syllables_are_no_onsets_where_words_are_known() -> None:
    heard = song(onsets_s=(3.0, 8.0))
    second = SAMPLE_RATE_HZ
    spoken = replace(heard, speech=(Span(2 * second, 5 * second),))
    assert len(onset_candidates(hearing(spoken), FILM)) == 2
    words = (SpokenText("hello", 2 * second, 3 * second),)
    assert [c.frame for c in onset_candidates(hearing(replace(spoken, words=words)), FILM)] == [240]


def test_a_gap_is_between_events_and_the_films_ends() -> None:
    assert gap_at(5, [10, 30], FILM) == 10
    assert gap_at(20, [10, 30], FILM) == 20
    assert gap_at(40, [10, 30], FILM) == 20 * SAMPLE_RATE_HZ - 30


def test_the_clock_fills_what_is_long_and_empty() -> None:
    heard = hearing(song(has_beats=False))
    found = list(clock_candidates([], heard, FILM))
    assert len(found) == 6
    assert all(item.is_clock and item.sample is None for item in found)
    assert list(clock_candidates(found, heard, FILM)) == []
