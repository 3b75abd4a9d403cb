"""Sync maps written down rather than heard, for planning."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from services.audio_sync.cuts import plan
from shared.brief import Pacing
from shared.requests import PlanCutsRequest
from shared.sync_map import ENERGY_RATE_HZ, SAMPLE_RATE_HZ, Beat, CutPlan, Onset, SyncMap


def planned(
    heard: SyncMap | None,
    pacing: Pacing,
    rate: Fraction,
    frame_count: int,
    start: int | None = None,
    fixed: tuple[int, ...] = (),
    **more: Any,
) -> CutPlan:
    """A plan without writing its request out."""
    request = PlanCutsRequest(None, pacing, rate, start, frame_count, fixed, **more)
    return plan(heard, request)


def song(
    bpm: float = 120.0,
    length_s: float = 60.0,
    energy: tuple[tuple[float, float], ...] = ((0.0, 0.8),),
    accent_every: int = 4,
    onsets_s: tuple[float, ...] = (),
    first_beat_s: float = 0.0,
    has_beats: bool = True,
) -> SyncMap:
    """A song with beats from `first_beat_s`; `energy` lists (from second, level)."""
    step = SAMPLE_RATE_HZ * 60.0 / bpm
    count = int((length_s - first_beat_s) * bpm / 60.0) if has_beats else 0
    beats = tuple(
        Beat(
            round(first_beat_s * SAMPLE_RATE_HZ + index * step),
            1.0 if index % accent_every == 0 else 0.5,
        )
        for index in range(count)
    )
    levels = [
        next(level for start, level in reversed(energy) if index / ENERGY_RATE_HZ >= start)
        for index in range(round(length_s * ENERGY_RATE_HZ))
    ]
    return SyncMap(
        duration_samples=round(length_s * SAMPLE_RATE_HZ),
        peak=1.0,
        tempo_bpm=bpm if beats else None,
        beat_confidence=0.9 if beats else 0.0,
        beats=beats,
        onsets=tuple(Onset(round(second * SAMPLE_RATE_HZ), 0.8) for second in onsets_s),
        energy=tuple(levels),
    )
