"""The action `analyze`: from the sound of a file to its sync map.

Importing this is cheap; PyAV, librosa, scipy and torch are loaded when something is analysed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.activations.combined import listen
from services.audio_sync.activations.weights import weight_files, weights_digest
from services.audio_sync.beats import FoundBeats, find_beats
from services.audio_sync.drum_bands import with_bands
from services.audio_sync.energy import energy_of, loudness_of, weighted_powers
from services.audio_sync.form import find_form
from services.audio_sync.onsets import find_onsets
from services.audio_sync.rises import rise_curve, to_analysis_rate
from services.audio_sync.spectra import spectra
from services.audio_sync.swing import find_swing
from services.audio_sync.words.speech import speech_identity, voice_of, with_speech
from shared.actions import Backend, Context, environment_of
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.requests import AnalyzeRequest
from shared.schema import to_json
from shared.sync_map import SAMPLE_RATE_HZ, SyncMap


def backend(request: AnalyzeRequest) -> Backend:
    """Who hears: networks where their weights are installed, and novelty in any case."""
    weights = weights_digest(weight_files())
    networks = ("torch",) if weights else ()
    environment = environment_of("av", "librosa", "numba", "numpy", "scipy", *networks)
    environment = f"{environment} {speech_identity(request.speech)}".strip()
    return Backend("analyze/music", 2, environment, weights)


def perform(request: AnalyzeRequest, context: Context) -> Digest:
    """Decode, hear, store the `SyncMap`; raises `InvalidInput` for what is no sound."""
    from shared.media.audio import decode_audio

    context.progress(0.0)
    with context.blobs.local_path(request.audio) as path:
        samples = decode_audio(path, SAMPLE_RATE_HZ, channels=2)
    # Recognising words takes several times as long as all else; finding speech alone, little.
    analyzed = 0.8 if request.speech is None else 0.3

    def tell_analyzed(done: float) -> None:
        context.progress(0.1 + (analyzed - 0.1) * done)

    def tell_heard(done: float) -> None:
        context.progress(analyzed + (1 - analyzed) * done)

    tell_analyzed(0.0)
    sync_map = analyze(samples, SAMPLE_RATE_HZ, tell_analyzed)
    voice = voice_of(samples, lambda: tell_heard(0.0))
    del samples  # a quarter of a gigabyte for ten minutes
    sync_map = with_speech(sync_map, voice, request.speech, context.blobs, tell_heard)
    context.progress(1.0)
    return context.blobs.put(to_json(sync_map))


def analyze(
    samples: NDArray[np.float32],
    sample_rate_hz: int,
    progress: Callable[[float], None] = lambda done: None,
) -> SyncMap:
    """Hear float32 [num_samples, channels] or [num_samples] at 48 kHz; at least one sample.

    `progress` is told the share that is done, 0..1, after each step. Silence, noise, steady sound
    and speech have no beats and no tempo.
    """
    if sample_rate_hz != SAMPLE_RATE_HZ:
        raise InvalidInput(f"expected sound at {SAMPLE_RATE_HZ} Hz, got {sample_rate_hz} Hz")
    channels = samples[:, None] if samples.ndim == 1 else samples
    if not len(channels):
        raise InvalidInput("expected at least one sample of sound, got none")
    from shared.media.audio import mono_mix

    powers = weighted_powers(channels)
    energy = energy_of(powers)
    signal_24k = to_analysis_rate(mono_mix(channels))
    progress(0.1)
    curve = rise_curve(signal_24k)
    onsets = find_onsets(curve, len(channels))
    progress(0.2)
    activations = listen(signal_24k)
    progress(0.5)
    heard = spectra(signal_24k)
    progress(0.6)
    found = _within(find_beats(activations, curve, onsets, energy, heard), len(channels))
    progress(0.85)
    beats = [beat.sample for beat in found.beats]
    onsets = with_bands(onsets, heard.hits_db, len(channels))
    form = find_form(heard, beats, found.downbeats, energy, len(channels))
    return SyncMap(
        duration_samples=len(channels),
        peak=max(float(channels.max()), -float(channels.min())),
        tempo_bpm=found.tempo_bpm,
        beat_confidence=found.confidence,
        beats=found.beats,
        onsets=onsets,
        energy=tuple(round(float(value), 4) for value in energy),
        downbeats=found.downbeats,
        downbeat_confidence=found.downbeat_confidence,
        beats_per_bar=found.beats_per_bar,
        beat_division=found.beat_division,
        tempo_curve=found.tempo_curve,
        swing=find_swing(onsets, beats),
        loudness_lufs=tuple(round(float(value), 1) for value in loudness_of(powers)),
        phrases=form.phrases,
        sections=form.sections,
        builds=form.builds,
        drops=form.drops,
        breaks=form.breaks,
    )


def _within(found: FoundBeats, num_samples: int) -> FoundBeats:
    """Without the beats that are counted on into the pause behind the last sample."""
    return dataclasses.replace(
        found,
        beats=tuple(beat for beat in found.beats if beat.sample < num_samples),
        downbeats=tuple(sample for sample in found.downbeats if sample < num_samples),
    )
