"""How found beats stand to the true ones, by mir_eval's definitions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.music.piece import Piece, Seconds

_WINDOW_S = 0.070


@dataclass(frozen=True, slots=True)
class Found:
    """What a tracker answers, in seconds; `downbeats_s` None if it does not say."""

    beats_s: Seconds
    downbeats_s: Seconds | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """One piece's scores, all 0..1 but for `error_ms` (mean signed, of hits) and CPU seconds."""

    beat_f: float
    amlt: float
    cemgil: float
    downbeat_f: float
    error_ms: float
    cpu_s: float


def score(piece: Piece, found: Found, cpu_s: float) -> Score:
    """Scores over the whole piece; mir_eval's habit of dropping the first 5 s is not followed."""
    import mir_eval.beat as measures

    true_s, beats_s = piece.beats_s, found.beats_s
    if len(beats_s) < 2:
        return Score(0.0, 0.0, 0.0, 0.0, float("nan"), cpu_s)
    amlt = measures.continuity(true_s, beats_s)[3]
    downbeats = found.downbeats_s
    return Score(
        beat_f=measures.f_measure(true_s, beats_s, _WINDOW_S),
        amlt=amlt,
        cemgil=measures.cemgil(true_s, beats_s)[0],
        downbeat_f=f_of(piece.downbeats_s, downbeats),
        error_ms=_mean_error_ms(true_s, beats_s),
        cpu_s=cpu_s,
    )


def f_of(true_s: Seconds, found_s: Seconds | None) -> float:
    import mir_eval.beat as measures

    if found_s is None or not len(found_s):
        return 0.0
    return float(measures.f_measure(true_s, found_s, _WINDOW_S))


def _mean_error_ms(true_s: Seconds, found_s: Seconds) -> float:
    nearest = found_s[np.argmin(np.abs(true_s[:, None] - found_s[None, :]), axis=1)]
    errors = nearest - true_s
    hits = np.abs(errors) <= _WINDOW_S
    return float(1000.0 * errors[hits].mean()) if hits.any() else float("nan")
