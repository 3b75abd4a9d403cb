"""Takes recorded in a room, with noise, talk and another clock: found to the millisecond, or not
at all. A take of another song, silence and exact repeats are never sure."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from benchmarks.take_scenes import Take, record, song, with_repeats
from examples.song import compose
from services.audio_sync.takes import SYNC_RATE_HZ, sync
from shared.sync_map import SAMPLE_RATE_HZ
from shared.take_sync import TakeSync

Sound = np.ndarray


@cache
def our_song() -> Sound:
    return song(70, 1)


@cache
def other_song() -> Sound:
    return song(60, 2)


def synced(take: Take, samples: Sound) -> TakeSync:
    return sync(record(samples, take), samples)


TAKES = {
    "clean": Take(10, 40),
    "a room, as loud as its noise": Take(10, 60, 150, snr_db=0, reverb_s=0.6),
    "begins before the song": Take(-10, 50, -200, snr_db=0, reverb_s=0.6),
    "ends after it": Take(40, 50, 200, snr_db=0, reverb_s=0.6),
    "longer than the song": Take(-15, 100, 100, snr_db=0, reverb_s=0.8),
    "talked over": Take(20, 40, -80, snr_db=6, talk_db=6, reverb_s=0.6, gain=0.02),
    "eight seconds": Take(40, 8, 0, snr_db=0, reverb_s=0.6),
}


@pytest.mark.parametrize("take", TAKES.values(), ids=TAKES)
def test_a_take_is_found_to_a_millisecond_and_a_part_per_million(take: Take) -> None:
    found = synced(take, our_song())
    assert found.is_sure, found.reason
    assert found.confidence > 0.5
    assert found.offset_samples is not None
    assert abs(found.offset_samples / SAMPLE_RATE_HZ - take.start_s) < 0.001
    if take.seconds < 10:
        assert found.drift_ppm is None
        assert "too short to tell the drift" in found.reason
    else:
        assert found.drift_ppm == pytest.approx(take.drift_ppm, abs=2)


def test_a_take_of_the_demo_song_is_found() -> None:
    samples = compose(sample_rate_hz=SYNC_RATE_HZ).samples.mean(axis=1)
    take = Take(6, 16, 60, snr_db=0, reverb_s=0.5)
    found = synced(take, samples)
    assert found.is_sure, found.reason
    assert found.offset_samples is not None
    assert abs(found.offset_samples / SAMPLE_RATE_HZ - 6) < 0.005


@pytest.mark.parametrize("take", [TAKES["clean"], TAKES["eight seconds"]], ids=["long", "short"])
def test_a_take_of_another_song_is_never_sure(take: Take) -> None:
    found = sync(record(our_song(), take), other_song())
    assert not found.is_sure
    assert found.confidence < 0.2


def test_another_song_of_the_same_tempo_is_not_sure() -> None:
    take = record(song(50, 7, bpm=120), Take(10, 30, snr_db=10))
    found = sync(take, song(50, 8, bpm=120))
    assert not found.is_sure


def test_a_chorus_that_repeats_exactly_is_said_to_be_anywhere() -> None:
    samples = with_repeats(song(40, 3), 10, 30, 3)
    inside = synced(Take(12, 15, snr_db=0, reverb_s=0.6), samples)
    assert not inside.is_sure
    assert "sounds the same at" in inside.reason
    across = synced(Take(5, 60, 50, snr_db=0, reverb_s=0.6), samples)
    assert across.is_sure
    assert across.offset_samples == pytest.approx(5 * SAMPLE_RATE_HZ, abs=48)


@pytest.mark.parametrize(
    ("take", "reason"),
    [
        (np.zeros(160_000, np.float32), "the take is silent"),
        (np.zeros(0, np.float32), "the take is silent"),
        (np.full(8_000, 0.1, np.float32), "the take or the song is shorter than 2 s"),
    ],
    ids=["silence", "nothing", "half a second"],
)
def test_what_cannot_be_placed_says_why(take: Sound, reason: str) -> None:
    found = sync(take, other_song())
    assert (found.offset_samples, found.drift_ppm, found.is_sure) == (None, None, False)
    assert found.reason == reason


def test_noise_is_nowhere() -> None:
    noise = np.random.default_rng(3).normal(0, 0.1, 20 * SYNC_RATE_HZ).astype(np.float32)
    found = sync(noise, other_song())
    assert not found.is_sure
    assert found.confidence == 0.0


def test_songs_that_share_nothing_but_their_kick_are_not_sure() -> None:
    thump = np.hanning(2000) * np.sin(np.arange(2000) / 40)
    kicks = np.zeros(40 * SYNC_RATE_HZ, np.float32)
    for beat in range(79):
        first = beat * SYNC_RATE_HZ // 2
        kicks[first : first + 2000] += thump
    one, other = (kicks + 0.3 * song(40, seed) for seed in (11, 12))
    take = Take(5, 30, snr_db=20)
    assert sync(record(one, take), one).is_sure
    assert not sync(record(other, take), one).is_sure
