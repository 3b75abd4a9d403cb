from __future__ import annotations

from itertools import pairwise

import numpy as np

from services.audio_sync.words.activity import WINDOW_SAMPLES
from services.audio_sync.words.chunks import chunks_of
from services.audio_sync.words.clock import VOICE_RATE_HZ
from services.audio_sync.words.recognizer import MAX_CHUNK_S
from shared.sync_map import Span


def _chunks(*spans_s: tuple[float, float], length_s: float = 120.0) -> list[tuple[float, float]]:
    num_samples = round(length_s * VOICE_RATE_HZ)
    likelihood = np.ones(-(-num_samples // WINDOW_SAMPLES), np.float32)
    likelihood[round(22.0 * VOICE_RATE_HZ / WINDOW_SAMPLES)] = 0.2
    spans = tuple(Span(round(a * VOICE_RATE_HZ), round(b * VOICE_RATE_HZ)) for a, b in spans_s)
    found = chunks_of(spans, likelihood, num_samples)
    return [(c.start_sample / VOICE_RATE_HZ, c.end_sample / VOICE_RATE_HZ) for c in found]


def test_near_spans_share_a_chunk_and_far_ones_do_not() -> None:
    assert _chunks((1.0, 3.0), (4.0, 6.0), (12.0, 13.0)) == [(0.7, 6.3), (11.7, 13.3)]


def test_chunks_are_never_too_long() -> None:
    chunks = _chunks(*((k * 5.0, k * 5.0 + 4.0) for k in range(20)))
    assert all(end - start <= MAX_CHUNK_S for start, end in chunks)
    assert len(chunks) == 4


def test_speech_without_pauses_is_cut_where_the_voice_is_least() -> None:
    chunks = _chunks((0.0, 100.0))
    assert all(end - start <= MAX_CHUNK_S + 0.1 for start, end in chunks)
    assert abs(chunks[0][1] - 22.0) < 0.1
    assert chunks[0][0] == 0.0
    assert chunks[-1][1] == 100.3
    assert all(a[1] >= b[0] for a, b in pairwise(chunks))


def test_no_speech_no_chunks() -> None:
    assert _chunks() == []
