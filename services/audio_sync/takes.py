"""Where in a song a take was performed: its offset, its clock's drift, and how sure that is.

First roughly, over the whole song; then finely in many windows, which must agree on one line.
What they do not agree on is said to be unknown, and never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.take_lags import Lags, Line, Values, window_lags
from services.audio_sync.take_places import Place, places
from shared.sync_map import SAMPLE_RATE_HZ
from shared.take_sync import TakeSync

SYNC_RATE_HZ = 16_000

_NUM_PLACES = 4
_MAX_DRIFT = 250e-6
_SILENT_PEAK = 1e-3
_MAX_WINDOWS = 60
_WINDOW_S, _SHORTEST_WINDOW_S = 4.0, 1.0
_REACH_S = 0.06
# Windows agree within this, first while the drift is unknown, then on the final line.
_AGREE_S, _CLOSE_S = 0.004, 0.0015
# Below, drift smears high notes within a window; they are used once it is known.
_FIRST_HIGH_HZ, _HIGH_HZ = 2000.0, 7000.0
# Noise against noise has a clarity of about 4.
_CLEAR = 5.5
_LEAST_WINDOWS = 5
# A place is sure when this share of its windows agrees, and it beats any other place by this
# factor and by the clarity of this many windows.
_SURE_SHARE, _SURE_LEAD, _LEAD_WINDOWS = 0.4, 1.25, 3
_DRIFT_NEEDS_S = 10.0

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Fit:
    """A line that windows agree on: how many of all, their clarity together, and their span."""

    line: Line
    windows: int
    agreeing: int
    weight: float
    span_s: float

    @property
    def share(self) -> float:
        return self.agreeing / max(1, self.windows)


def sync(take: FloatArray, song: FloatArray) -> TakeSync:
    """Find a take in a song, both float32 [num_samples] at `SYNC_RATE_HZ`.

    Silence, another song, and stretches of the song that repeat exactly are not sure.
    """
    for name, sound in (("take", take), ("song", song)):
        if not len(sound) or float(np.max(np.abs(sound))) < _SILENT_PEAK:
            return _unknown(f"the {name} is silent")
    found = places(take, song, SYNC_RATE_HZ, _NUM_PLACES)
    if not found:
        return _unknown("the take or the song is shorter than 2 s")
    fits = [_fit(take, song, place) for place in found]
    ranked = sorted((fit for fit in fits if fit), key=lambda fit: -fit.weight)
    if not ranked:
        return _unknown("the take's sound agrees with the song nowhere")
    best = ranked[0]
    rivals = [fit for fit in ranked[1:] if _is_elsewhere(fit, best)]
    lead = best.weight / rivals[0].weight if rivals else _SURE_LEAD * 2
    return _told(best, lead, rivals[0] if rivals else None)


def _unknown(reason: str) -> TakeSync:
    return TakeSync(None, None, 0.0, False, reason)


def _is_elsewhere(fit: _Fit, other: _Fit) -> bool:
    return abs(fit.line.offset_s - other.line.offset_s) > 2 * _REACH_S


def _told(best: _Fit, lead: float, rival: _Fit | None) -> TakeSync:
    agreement = min(1.0, best.share / (2 * _SURE_SHARE)) * min(1.0, best.agreeing / 8)
    distinct = float(np.clip((lead - 1) / (2 * (_SURE_LEAD - 1)), 0, 1))
    confidence = round(float(agreement * distinct), 4)
    is_clear = best.agreeing >= _LEAST_WINDOWS and best.share >= _SURE_SHARE
    ahead = best.weight - (rival.weight if rival else 0.0)
    is_sure = (
        is_clear and lead >= _SURE_LEAD and ahead >= _LEAD_WINDOWS * best.weight / best.agreeing
    )
    reason = f"{best.agreeing} of {best.windows} windows agree within {_CLOSE_S * 1000:g} ms"
    if is_clear and not is_sure and rival is not None:
        reason += (
            f"; but the song sounds the same at {best.line.offset_s:.2f} s and "
            f"{rival.line.offset_s:.2f} s"
        )
    elif not is_clear:
        reason = f"only {reason}"
    has_drift = best.span_s >= _DRIFT_NEEDS_S
    if not has_drift:
        reason += "; too short to tell the drift"
    return TakeSync(
        offset_samples=round(float(best.line.offset_s) * SAMPLE_RATE_HZ, 3),
        drift_ppm=round(float(best.line.drift) * 1e6, 3) if has_drift else None,
        confidence=confidence,
        is_sure=bool(is_sure),
        reason=reason,
    )


def _fit(take: FloatArray, song: FloatArray, place: Place) -> _Fit | None:
    """The line near a place that most windows agree on; None if hardly any do."""
    starts, window_s = _windows(take, song, place)
    if len(starts) < 2:
        return None
    span = float(starts[-1] - starts[0])
    # The rough place holds in the take's middle; drift may move the ends away from it.
    middle = float(starts.mean()) + window_s / 2
    line = Line(place.offset_s, 0.0)
    reach = _REACH_S + _MAX_DRIFT * span / 2
    lags = window_lags(take, song, SYNC_RATE_HZ, line, starts, window_s, reach, _FIRST_HIGH_HZ)
    line, agreeing = _line_through(lags, line, middle, _AGREE_S, span)
    if agreeing.sum() < 2:
        return None
    for _ in range(2):
        lags = window_lags(take, song, SYNC_RATE_HZ, line, starts, window_s, _REACH_S / 2, _HIGH_HZ)
        line, agreeing = _line_through(lags, line, middle, _CLOSE_S, span)
        if agreeing.sum() < 2:
            return None
    weight = float(np.sum(lags.clarity[agreeing] - _CLEAR / 2))
    return _Fit(line, len(starts), int(agreeing.sum()), weight, span + window_s)


def _windows(take: FloatArray, song: FloatArray, place: Place) -> tuple[Values, float]:
    """Starts of windows in the part of the take that lies beside the song, and their length."""
    first = max(0.0, -place.offset_s)
    last = min(len(take) / SYNC_RATE_HZ, len(song) / SYNC_RATE_HZ - place.offset_s)
    window_s = float(np.clip((last - first) / 5, _SHORTEST_WINDOW_S, _WINDOW_S))
    room = last - first - window_s
    if room <= 0:
        return np.array([]), window_s
    count = int(np.clip(2 * room / window_s, 2, _MAX_WINDOWS))
    return np.linspace(first, last - window_s, count), window_s


def _line_through(
    lags: Lags, line: Line, middle_s: float, agree_s: float, span_s: float
) -> tuple[Line, NDArray[np.bool_]]:
    """The line that most clear windows agree on, and which do: by trying each pair of them."""
    clear = lags.clarity >= _CLEAR
    at, lag, weight = lags.at_s - middle_s, lags.lag_s, np.where(clear, lags.clarity, 0.0)
    if clear.sum() < 2:
        return line, np.zeros(len(at), bool)
    steepest = _MAX_DRIFT + 1e-6 if span_s >= _DRIFT_NEEDS_S else 0.0
    best, score = (0.0, 0.0), -1.0
    chosen = np.flatnonzero(clear)
    for one in chosen:
        for other in (one, *chosen[chosen > one]):
            gap = at[other] - at[one]
            slope = (lag[other] - lag[one]) / gap if gap else 0.0
            if abs(slope + line.drift) > steepest and other != one:
                continue
            level = lag[one] - slope * at[one]
            found = float(weight[np.abs(lag - level - slope * at) <= agree_s].sum())
            if found > score:
                best, score = (level, slope), found
    agreeing = clear & (np.abs(lag - best[0] - best[1] * at) <= agree_s)
    level, slope = best
    if steepest and agreeing.sum() >= 3:
        slope, level = np.polyfit(at[agreeing], lag[agreeing], 1, w=weight[agreeing])
    else:
        level = float(np.average(lag[agreeing], weights=weight[agreeing])) if not slope else level
    # `at` counts from the middle; the line from the take's first sample.
    return Line(line.offset_s + level - slope * middle_s, line.drift + slope), agreeing
