from __future__ import annotations

import numpy as np

from services.audio_sync.seams import join, seam
from shared.sync_map import Span
from tests.audio_sync import sounds

RATE = sounds.RATE_HZ


def kicks(times_s: list[float], length_s: float = 4.0) -> sounds.Samples:
    return sounds.to_samples(sounds.place(np.array(times_s), sounds.bass_drum, length_s))[:, None]


def test_both_sides_are_equally_early_and_quiet() -> None:
    song = kicks([0.98, 2.0, 3.0])
    leave, enter = seam(song, 2 * RATE, 3 * RATE)
    assert 2 * RATE - leave == 3 * RATE - enter
    assert 0.006 <= (2 * RATE - leave) / RATE <= 0.030


def test_attacks_are_lined_up() -> None:
    late = round(0.005 * RATE)
    song = kicks([1.0, 2.0, 3.0 + late / RATE])
    leave, enter = seam(song, 2 * RATE, 3 * RATE)
    assert abs((3 * RATE + late - enter) - (2 * RATE - leave)) <= 48


def test_a_join_at_the_very_start_stays_in_the_song() -> None:
    song = kicks([0.0, 2.0])
    leave, enter = seam(song, 2 * RATE, 0)
    assert enter >= 0
    assert leave <= 2 * RATE


def test_the_join_is_as_long_as_its_parts_and_has_no_step() -> None:
    t = np.arange(4 * RATE) / RATE
    tone = sounds.to_samples(0.5 * np.sin(2 * np.pi * 220 * t))[:, None]
    spans = (Span(0, 48_111), Span(100_000, 150_000), Span(20_000, 30_000))
    found = join(tone, spans)
    assert len(found) == 48_111 + 50_000 + 10_000
    assert np.max(np.abs(np.diff(found[:, 0]))) < 0.03
    assert np.array_equal(found[: 48_111 - 120], tone[: 48_111 - 120])
    assert np.array_equal(found[48_231:97_991], tone[100_120:149_880])


def test_one_span_is_a_copy() -> None:
    song = kicks([1.0])
    found = join(song, (Span(100, 5000),))
    assert np.array_equal(found, song[100:5000])
    found[0] = 1.0
    assert song[100, 0] != 1.0
