"""Which part of the song a film shorter than it should play."""

from __future__ import annotations

from services.audio_sync.arrivals import form_starts, form_worth
from services.audio_sync.dynamics import Dynamics, Turn
from services.audio_sync.meter import Meter, first_of_four
from shared.sync_map import SAMPLE_RATE_HZ, SyncMap

_BETTER_BY = 0.12  # the song's own beginning is right unless another start is clearly better
_RISE_REWARD = 0.25
_RISE_EARLIEST, _RISE_LATEST = 0.15, 0.75  # share of the film where its rise should come
_FULL_RISE_DB = 12.0
_CALM_BEFORE_SECONDS = 2.0
_MID_PHRASE_COST = 0.10
_STRENGTH_REWARD = 0.05
_FIRST_OF_FOUR_REWARD = 0.05


def best_window(sync_map: SyncMap, length_samples: int) -> int:
    """First sample of the best window of that length; 0 if the song is not longer.

    It begins where a phrase begins, its pick-up included (without phrases on a beat, without
    beats on an onset), is loud, has a rise of energy inside (the drop or the chorus, with the
    build to it), ends where a phrase ends, and does not begin in the middle of something loud.
    """
    latest = sync_map.duration_samples - length_samples
    if latest <= 0:
        return 0
    dynamics = Dynamics(sync_map.energy)
    rises = [turn for turn in dynamics.turns() if turn.change_db > 0]
    best, best_score = 0, _BETTER_BY + _worth(dynamics, rises, 0, length_samples)
    best_score += form_worth(sync_map, 0, length_samples)
    for sample, bonus in _starts(sync_map, dynamics):
        if 0 < sample <= latest:
            score = bonus + _worth(dynamics, rises, sample, length_samples)
            score += form_worth(sync_map, sample, length_samples)
            score -= _MID_PHRASE_COST * _interruption(dynamics, sample)
            if score > best_score:
                best, best_score = sample, score
    return best


def _starts(sync_map: SyncMap, dynamics: Dynamics) -> list[tuple[int, float]]:
    if sync_map.phrases:
        return form_starts(sync_map)
    if not sync_map.beats:
        return [(onset.sample, _STRENGTH_REWARD * onset.strength) for onset in sync_map.onsets]
    meter = Meter(sync_map)
    first, clarity = first_of_four(sync_map, meter, dynamics)
    return [
        (
            beat.sample,
            _STRENGTH_REWARD * beat.strength
            + (_FIRST_OF_FOUR_REWARD * clarity if position % 4 == first else 0.0),
        )
        for beat, position in zip(sync_map.beats, meter.positions, strict=True)
    ]


def _worth(dynamics: Dynamics, rises: list[Turn], start: int, length: int) -> float:
    """Mean energy 0..1 of the window, and what its largest well-placed rise adds."""
    placed = [
        min(rise.change_db, _FULL_RISE_DB) / _FULL_RISE_DB
        for rise in rises
        if _RISE_EARLIEST * length <= rise.sample - start <= _RISE_LATEST * length
    ]
    return dynamics.mean_energy(start, start + length) + _RISE_REWARD * max(placed, default=0.0)


def _interruption(dynamics: Dynamics, sample: int) -> float:
    """1.0 if it is as loud before as after, less if a new part begins here."""
    reach = round(_CALM_BEFORE_SECONDS * SAMPLE_RATE_HZ)
    before = dynamics.loudness(sample - reach, sample)
    after = dynamics.loudness(sample, sample + reach)
    return max(0.0, before - max(0.0, after - before))
