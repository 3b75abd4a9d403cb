"""Clocks: steady, drifting, ramping, jumping, rubato, with pauses."""

from __future__ import annotations

import numpy as np

from benchmarks.music.piece import Clock, Seconds

FIRST_BEAT_S = 0.35
_DRIFT = 0.004  # of the tempo, per beat: a band without a click


def _of_tempi(bpm: Seconds, pauses: tuple[tuple[int, float], ...] = ()) -> Clock:
    times = FIRST_BEAT_S + np.concatenate([[0.0], np.cumsum(60.0 / bpm)])
    return Clock(times, pauses)


def steady(bpm: float, count: int) -> Clock:
    return _of_tempi(np.full(count + 8, bpm))


def human(bpm: float, count: int, random: np.random.Generator) -> Clock:
    """A tempo that wanders by a few per cent, as without a click."""
    drift = np.cumsum(random.normal(0.0, _DRIFT, count + 8))
    return _of_tempi(bpm * np.exp(drift - drift.mean()))


def ramp(first_bpm: float, last_bpm: float, count: int) -> Clock:
    steps = np.linspace(0.0, 1.0, count)
    bpm = first_bpm * (last_bpm / first_bpm) ** steps
    return _of_tempi(np.append(bpm, np.full(8, last_bpm)))


def jump(first_bpm: float, last_bpm: float, count: int, at: int) -> Clock:
    bpm = np.where(np.arange(count + 8) < at, first_bpm, last_bpm)
    return _of_tempi(bpm)


def rubato(bpm: float, count: int, random: np.random.Generator, phrase: int, depth: float) -> Clock:
    """Phrases that begin slowly, flow, and slow down at their end."""
    place = (np.arange(count + 8) % phrase) / phrase
    shape = np.sin(np.pi * np.clip(place * 1.05, 0.0, 1.0)) - 0.6 * (place > 1 - 1.5 / phrase)
    wander = random.normal(0.0, 0.25 * depth, count + 8)
    return _of_tempi(bpm * np.exp(depth * (shape - 0.5) + wander))


def with_pause(clock: Clock, beat: int, seconds: float) -> Clock:
    return Clock(clock.times_s, (*clock.pauses, (beat, seconds)))
