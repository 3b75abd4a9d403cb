from __future__ import annotations

import numpy as np

from services.audio_sync.spectra import HIT_RATE_HZ, RATE_HZ, TONE_RATE_HZ, spectra


def tone(hz: float, seconds: float = 2.0) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(int(seconds * RATE_HZ)) / RATE_HZ)).astype(
        np.float32
    )


def test_chroma_names_the_note_in_any_octave() -> None:
    for hz in (220.0, 440.0, 880.0):
        chroma = spectra(tone(hz)).chroma[20]
        assert int(np.argmax(chroma)) == 9  # A


def test_bands_separate_bass_and_top() -> None:
    found = spectra(np.concatenate([tone(60.0), tone(8000.0)])).hits_db
    assert int(np.argmax(found[100])) == 0
    assert int(np.argmax(found[-100])) == 4


def test_lengths_and_silence() -> None:
    found = spectra(np.zeros(3 * RATE_HZ, np.float32))
    assert len(found.hits_db) == 3 * HIT_RATE_HZ + 1
    assert len(found.mel_db) == len(found.chroma) == int(3 * TONE_RATE_HZ) + 1
    assert not found.hits_db.any()
    assert not found.mel_db.any()
    assert len(spectra(np.ones(1, np.float32)).hits_db) == 1


def test_chunks_leave_no_seam() -> None:
    random = np.random.default_rng(0)
    long = random.standard_normal(12 * RATE_HZ).astype(np.float32)
    whole, part = spectra(long), spectra(long[: 11 * RATE_HZ])
    same = slice(0, 10 * HIT_RATE_HZ)
    level = whole.hits_db[same] - part.hits_db[same]
    assert np.ptp(level) < 0.5
