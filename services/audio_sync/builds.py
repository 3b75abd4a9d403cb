"""Builds, drops and breaks: where the music rises, arrives, and where the beat stays out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.bar_features import BarFeatures

Array = NDArray[np.float64]

_KICK_OUT, _DRUMS_OUT, _QUIETER = 0.3, 0.45, 0.04  # of the song's hard bars; energy (1.6 dB)
_KICK_IN, _KICK_ARRIVES = 0.45, 0.55
_MIN_SHARE_WITH_BEAT = 0.3
_MIN_BREAK_BARS = 2
_BUILD_BARS = (16, 8, 6, 4, 3, 2)
# A full climb: 8 dB louder, four mel bands brighter, four times the strokes.
_FULL_CLIMB = np.array([0.2, 4.0, 2.0])
_MIN_CLIMB, _MIN_SECTION_CLIMB, _MIN_STEADINESS = 0.45, 0.35, 0.6
_MIN_EARLY_SHARE = 0.3  # of the climb, before its last quarter: a fill is no build
_SHORT_HALVES = 4  # half bars that are too few for a slope of their own
_MIN_LATE_SLOPE = 0.4  # of the whole climb's: two steps and a plain are a form, no build
_ARRIVAL_ENERGY = 0.03


@dataclass(frozen=True, slots=True)
class Turns:
    """In bars: `builds` and `breaks` as (first, one after the last), `drops` as first bars."""

    builds: tuple[tuple[int, int], ...]
    drops: tuple[int, ...]
    breaks: tuple[tuple[int, int], ...]


def find_turns(features: BarFeatures, edges: Sequence[int]) -> Turns:
    """Find them; `edges` are the bars at which sections begin, then the number of bars."""
    out = _beat_is_out(features)
    builds = _builds(features, edges, out)
    built = {bar for start, end in builds for bar in range(start, end)}
    breaks = tuple(_breaks(out, built, _beat_is_in(features)))
    ends = {end for _, end in (*builds, *breaks)}
    starts = {start for start, _ in builds}  # what begins to build has not arrived
    drops = tuple(bar for bar in sorted(ends - starts) if _arrives(features, bar))
    return Turns(builds, drops, breaks)


def _beat_is_in(features: BarFeatures) -> NDArray[np.bool_]:
    return np.asarray(features.punch[:, 0] >= _KICK_IN)


def _beat_is_out(features: BarFeatures) -> NDArray[np.bool_]:
    """Bars without kick and drums, quieter than usual; none in music without a beat."""
    if np.mean(_beat_is_in(features)) < _MIN_SHARE_WITH_BEAT:
        return np.zeros(len(features.energy), dtype=bool)
    drums = features.punch[:, 3:].mean(axis=1)
    usual = float(np.median(features.energy[_beat_is_in(features)]))
    return np.asarray(
        (features.punch[:, 0] < _KICK_OUT)
        & (drums < _DRUMS_OUT)
        & (features.energy < usual - _QUIETER)
    )


def _breaks(
    out: NDArray[np.bool_], built: set[int], beat_in: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """Runs of bars without the beat that have it before and after (or a build after)."""
    found, start = [], None
    for bar in range(len(out) + 1):
        is_out = bar < len(out) and bool(out[bar]) and bar not in built
        if is_out and start is None:
            start = bar
        elif not is_out and start is not None:
            had_beat, comes_again = beat_in[:start].any(), beat_in[bar:].any()
            if bar - start >= _MIN_BREAK_BARS and had_beat and comes_again:
                found.append((start, bar))
            start = None
    return found


def _builds(
    features: BarFeatures, edges: Sequence[int], out: NDArray[np.bool_]
) -> tuple[tuple[int, int], ...]:
    """The climbs that end where a section begins and something arrives, the last one first."""
    found: list[tuple[int, int]] = []
    for end in reversed(edges[1:-1]):
        if (found and end > found[-1][0]) or not _is_louder(features, end):
            continue
        at_edges = [end - edge for edge in edges if 2 <= end - edge <= _BUILD_BARS[0]]
        anywhere = [length for length in _BUILD_BARS if length <= end]
        length = _best_length(features, end, at_edges, _MIN_SECTION_CLIMB, out)
        length = length or _best_length(features, end, anywhere, _MIN_CLIMB, out)
        if length:
            found.append((end - length, end))
    return tuple(reversed(found))


def _best_length(
    features: BarFeatures,
    end: int,
    lengths: Sequence[int],
    least: float,
    out: NDArray[np.bool_],
) -> int:
    """Bars of the longest climb up to `end` with the fewest bars of a break in it; 0 if none."""
    climbing = [
        (-int(out[end - length : end].sum()), length)
        for length in lengths
        if _climb(features.climb[2 * (end - length) : 2 * end]) >= least
    ]
    return max(climbing, default=(0, 0))[1]


def _climb(halves: Array) -> float:
    """How much half bars [n, 3] rise, if they do so steadily; 0.0 if not, 1.0 is a full climb."""
    values = halves.copy()
    values[:, 2] = np.log2(values[:, 2] + 0.5)
    rise = (values / _FULL_CLIMB).mean(axis=1)
    place = np.linspace(-0.5, 0.5, len(rise))
    slope = float((place * (rise - rise.mean())).sum() / (place**2).sum())
    spread = float(((rise - rise.mean()) ** 2).sum())
    if slope <= 0.0 or spread <= 0.0:
        return 0.0
    steadiness = slope**2 * float((place**2).sum()) / spread
    early = rise[: len(rise) - max(1, len(rise) // 4)]
    early_rise = float(np.mean(early[-max(1, len(early) // 3) :]) - np.mean(early[:2]))
    if steadiness < _MIN_STEADINESS or early_rise < _MIN_EARLY_SHARE * slope:
        return 0.0
    half = len(rise) // 2
    if half < _SHORT_HALVES:
        return slope
    late_slope = float(np.polyfit(place[half:], rise[half:], 1)[0])
    return slope if late_slope >= _MIN_LATE_SLOPE * slope else 0.0


def _is_louder(features: BarFeatures, bar: int) -> bool:
    """What begins at a bar is louder than what came before, and loud in the song."""
    before = features.energy[max(0, bar - 4) : bar].mean()
    after = features.energy[bar : bar + 4].mean()
    loud = float(np.percentile(features.energy, 50))
    return bool(after > before + _ARRIVAL_ENERGY and after >= loud)


def _arrives(features: BarFeatures, bar: int) -> bool:
    """Kick or bass is there from the bar's first two bars on, and it is loud."""
    if bar >= len(features.energy):
        return False
    return bool(
        features.punch[bar : bar + 2, 0].mean() >= _KICK_ARRIVES and _is_louder(features, bar)
    )
