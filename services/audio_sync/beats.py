"""Beats, bars and tempo of a sound, how sure they are, and how hard each beat is struck."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.activations.protocol import Activations
from services.audio_sync.bar_count import count_bars
from services.audio_sync.bar_evidence import downbeat_evidence
from services.audio_sync.certainty import beat_confidence, onset_confidence
from services.audio_sync.grid import fit_grid
from services.audio_sync.octave import in_the_octave_of_its_accents
from services.audio_sync.onsets import relative, strikes_at
from services.audio_sync.rises import RISE_RATE_HZ, RiseCurve
from services.audio_sync.spectra import Spectra
from services.audio_sync.tempo import tempo_bpm, tempo_curve
from services.audio_sync.tracker import Track, track
from shared.sync_map import ENERGY_RATE_HZ, SAMPLE_RATE_HZ, Beat, Onset, TempoPoint

Array = NDArray[np.float64]

# Below this, what was tracked is no beat: the answer is then no beats and no tempo.
MIN_CONFIDENCE = 0.38
# Below this, bars are a guess: the answer is then no downbeats.
MIN_DOWNBEAT_CONFIDENCE = 0.05
_JUST_UNSURE = 0.37
# Where next to nothing starts there is no beat, however evenly a network that hears a steady tone
# repeats itself.
_LEAST_ONSETS = 0.25  # for each beat
_MIN_BEATS = 4
_ON_PLACE = 0.06  # of a beat: an onset this near a third or a half is on it
_LONGEST_PAUSE_S = 2.5
_PAUSE_EDGE_S = 0.1
_AUDIBLE_ENERGY = 0.2  # 32 dB below the loudest moment


@dataclass(frozen=True, slots=True)
class FoundBeats:
    """Beats in increasing order with their bars and tempo, as `SyncMap` describes them.

    Without a beat to be sure of, `beats` is empty and `tempo_bpm` None; `confidence` then says
    how near it came.
    """

    beats: tuple[Beat, ...] = ()
    tempo_bpm: float | None = None
    confidence: float = 0.0
    downbeats: tuple[int, ...] = ()
    downbeat_confidence: float = 0.0
    beats_per_bar: int | None = None
    beat_division: int | None = None
    tempo_curve: tuple[TempoPoint, ...] = ()


def find_beats(
    activations: Activations,
    curve: RiseCurve,
    onsets: tuple[Onset, ...],
    energy: Array,
    spectra: Spectra,
) -> FoundBeats:
    """Find the beats of a sound, given what else was heard of it."""
    audible = np.flatnonzero(energy >= _AUDIBLE_ENERGY) / ENERGY_RATE_HZ
    decoded = track(activations)
    is_steady = len(onsets) < _LEAST_ONSETS * len(decoded.seconds)
    if len(decoded.seconds) < _MIN_BEATS or is_steady or not len(audible):
        return FoundBeats()
    grid = fit_grid(decoded.seconds, decoded.support, curve)
    confidence = max(
        beat_confidence(activations, decoded, grid),
        onset_confidence(grid.seconds, *_times_and_strengths(onsets)),
    )
    placed = _in_octave(replace(decoded, seconds=grid.seconds), curve, onsets)
    barred, sureness = _barred(placed, activations, spectra)
    heard = _near_sound(barred, audible)
    if confidence < MIN_CONFIDENCE or len(heard.seconds) < _MIN_BEATS:
        return FoundBeats(confidence=min(confidence, _JUST_UNSURE))
    found = FoundBeats(
        beats=_to_beats(heard.seconds, curve),
        tempo_bpm=tempo_bpm(heard.seconds),
        confidence=confidence,
        downbeat_confidence=sureness,
        beat_division=3 if heard.is_compound else beat_division(heard.seconds, onsets),
        tempo_curve=tempo_curve(heard.seconds),
    )
    if sureness < MIN_DOWNBEAT_CONFIDENCE:
        return found
    downbeats = tuple(
        beat.sample for beat, place in zip(found.beats, heard.in_bar, strict=True) if place == 0
    )
    return replace(found, downbeats=downbeats, beats_per_bar=heard.beats_per_bar)


def _in_octave(found: Track, curve: RiseCurve, onsets: tuple[Onset, ...]) -> Track:
    times, strengths = _times_and_strengths(onsets)
    return in_the_octave_of_its_accents(found, times, strengths, _struck(found.seconds, curve))


def _barred(found: Track, activations: Activations, spectra: Spectra) -> tuple[Track, float]:
    """The beats counted in bars anew, by all that tells of first beats, and how sure that is."""
    evidence = downbeat_evidence(activations, found.seconds, spectra)
    count = count_bars(evidence, {found.beats_per_bar: 0.0} if found.is_compound else None)
    barred = replace(found, in_bar=count.in_bar, beats_per_bar=count.beats_per_bar)
    return barred, count.confidence


def _times_and_strengths(onsets: tuple[Onset, ...]) -> tuple[Array, Array]:
    times = np.array([onset.sample for onset in onsets], dtype=np.float64) / SAMPLE_RATE_HZ
    return times, np.array([onset.strength for onset in onsets], dtype=np.float64)


def _struck(beats_s: Array, curve: RiseCurve) -> Array:
    """How hard each beat is struck, relative to the strong ones, 0..1."""
    return relative(strikes_at(curve, np.round(beats_s * RISE_RATE_HZ).astype(int)))


def _near_sound(found: Track, audible_s: Array) -> Track:
    """The beats on the sound and in its short pauses: a pause is counted, a silence is not."""
    after = np.searchsorted(audible_s, found.seconds)
    before_s = audible_s[np.maximum(after - 1, 0)]
    after_s = audible_s[np.minimum(after, len(audible_s) - 1)]
    is_outside = (found.seconds < audible_s[0] - _PAUSE_EDGE_S) | (
        found.seconds > audible_s[-1] + _PAUSE_EDGE_S
    )
    is_in_silence = (
        (after_s - before_s > _LONGEST_PAUSE_S)
        & (found.seconds - before_s > _PAUSE_EDGE_S)
        & (after_s - found.seconds > _PAUSE_EDGE_S)
    )
    is_new = np.diff(np.round(found.seconds * SAMPLE_RATE_HZ), prepend=-1.0) > 0.0
    kept = ~is_outside & ~is_in_silence & (is_new | (np.arange(len(is_new)) == 0))
    return replace(
        found,
        seconds=np.maximum(found.seconds[kept], 0.0),
        in_bar=found.in_bar[kept],
        support=found.support[kept],
    )


def _to_beats(beats_s: Array, curve: RiseCurve) -> tuple[Beat, ...]:
    return tuple(
        Beat(round(float(second) * SAMPLE_RATE_HZ), round(float(strength), 4))
        for second, strength in zip(beats_s, _struck(beats_s, curve), strict=True)
    )


def beat_division(beats_s: Array, onsets: tuple[Onset, ...]) -> int | None:
    """3 if onsets fall on both thirds of beats more than on their halves, 2 if on halves."""
    places, strengths = _places(beats_s, onsets)
    halves, first, second = (
        float(strengths[np.abs(places - place) <= _ON_PLACE].sum())
        for place in (1 / 2, 1 / 3, 2 / 3)
    )
    if max(halves, first, second) <= 0.0:
        return None
    return 3 if min(first, second) > halves else 2


def _places(beats_s: Array, onsets: tuple[Onset, ...]) -> tuple[Array, Array]:
    """Where each onset falls between its beats (0..1), and its strength."""
    times, strengths = _times_and_strengths(onsets)
    index = np.searchsorted(beats_s, times, side="right") - 1
    is_inside = (index >= 0) & (index < len(beats_s) - 1)
    index, times, strengths = index[is_inside], times[is_inside], strengths[is_inside]
    return (times - beats_s[index]) / np.diff(beats_s)[index], strengths
