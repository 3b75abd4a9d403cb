"""The music under a film: beats and loudness in film frames, accents, and the song's window."""

from __future__ import annotations

from fractions import Fraction

import pytest

from services.audio_sync.cuts import plan
from services.gateway.music import Music, accents_between, song_window
from shared.brief import Pacing
from shared.digest import Digest
from shared.requests import PlanCutsRequest
from shared.sync_map import SAMPLE_RATE_HZ, Beat, SyncMap

SYNC_MAP = SyncMap(
    duration_samples=10 * SAMPLE_RATE_HZ,
    peak=1.0,
    tempo_bpm=120.0,
    beat_confidence=1.0,
    beats=tuple(Beat(number * SAMPLE_RATE_HZ // 2, number / 20) for number in range(20)),
    onsets=(),
    energy=(0.25,) * 500 + (0.75,) * 500,
)


@pytest.mark.parametrize("rate", [Fraction(30), Fraction(30000, 1001), Fraction(24), Fraction(7)])
@pytest.mark.parametrize("start", [0, 12_345])
def test_beats_are_on_the_frames_that_the_planner_says(rate: Fraction, start: int) -> None:
    frames = int(6 * rate)
    planned = plan(SYNC_MAP, PlanCutsRequest(None, Pacing.STEADY, rate, start, frames))
    assert Music(SYNC_MAP, start, rate).beats(frames) == planned.accents


def test_loudness_is_the_mean_under_the_span_and_one_half_without_sound() -> None:
    music = Music(SYNC_MAP, SAMPLE_RATE_HZ, Fraction(30))
    assert music.energy(0, 30) == 0.25
    assert music.energy(90, 150) == pytest.approx(0.5)
    assert music.energy(150, 180) == 0.75
    assert Music(None, 0, Fraction(30)).energy(0, 30) == 0.5
    assert Music(None, 0, Fraction(30)).beats(30) == ()


def test_frames_left_are_whole_frames_of_song() -> None:
    assert Music(SYNC_MAP, SAMPLE_RATE_HZ, Fraction(30)).frames_left(60) == 210
    assert Music(SYNC_MAP, 100, Fraction(30)).frames_left(60) == 239
    assert Music(None, 0, Fraction(30)).frames_left(60) is None


def test_accents_keep_away_from_both_ends() -> None:
    beats = [(frame, 0.5) for frame in range(200)]
    accents = accents_between(beats, 50, 80, Fraction(30))
    assert [accent.frame for accent in accents] == list(range(4, 26))


def test_the_song_fades_unless_it_ends_with_the_film() -> None:
    song, whole = Digest.of_bytes(b"song"), 10 * SAMPLE_RATE_HZ
    early = song_window(song, 0, 150, Fraction(30), whole)
    assert (early.length_samples, early.fade_out_samples) == (5 * SAMPLE_RATE_HZ, 36_000)
    assert song_window(song, 0, 300, Fraction(30), whole).fade_out_samples == 0
    assert song_window(song, 0, 3, Fraction(30), whole).fade_out_samples == 4800
