"""The action `analyze`: from the sound of a file to its sync map.

Importing this is cheap; PyAV, librosa and scipy are loaded when something is analysed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.beats import find_beats
from services.audio_sync.energy import energy_curve
from services.audio_sync.onsets import find_onsets
from services.audio_sync.rises import rise_curve, to_analysis_rate
from shared.actions import Backend, Context, environment_of
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.requests import AnalyzeRequest
from shared.schema import to_json
from shared.sync_map import SAMPLE_RATE_HZ, SyncMap


def backend(request: AnalyzeRequest) -> Backend:
    """Who hears: librosa's tracker, refined on the attacks."""
    environment = environment_of("av", "librosa", "numba", "numpy", "scipy")
    return Backend("analyze/librosa", 1, environment)


def perform(request: AnalyzeRequest, context: Context) -> Digest:
    """Decode, hear, store the `SyncMap`; raises `InvalidInput` for what is no sound."""
    from shared.media.audio import decode_audio

    context.progress(0.0)
    with context.blobs.local_path(request.audio) as path:
        samples = decode_audio(path, SAMPLE_RATE_HZ, channels=2)
    context.progress(0.2)
    sync_map = analyze(samples, SAMPLE_RATE_HZ)
    context.progress(1.0)
    return context.blobs.put(to_json(sync_map))


def analyze(samples: NDArray[np.float32], sample_rate_hz: int) -> SyncMap:
    """Hear float32 [num_samples, channels] or [num_samples] at 48 kHz; at least one sample.

    Silence, noise, steady sound and speech have no beats and no tempo.
    """
    if sample_rate_hz != SAMPLE_RATE_HZ:
        raise InvalidInput(f"expected sound at {SAMPLE_RATE_HZ} Hz, got {sample_rate_hz} Hz")
    channels = samples[:, None] if samples.ndim == 1 else samples
    if not len(channels):
        raise InvalidInput("expected at least one sample of sound, got none")
    from shared.media.audio import mono_mix

    energy = energy_curve(channels)
    signal_24k = to_analysis_rate(mono_mix(channels))
    curve = rise_curve(signal_24k)
    onsets = find_onsets(curve, len(channels))
    found = find_beats(signal_24k, curve, onsets, energy)
    return SyncMap(
        duration_samples=len(channels),
        peak=float(np.max(np.abs(channels))),
        tempo_bpm=found.tempo_bpm,
        beat_confidence=found.confidence,
        beats=found.beats,
        onsets=onsets,
        energy=tuple(round(float(value), 4) for value in energy),
    )
