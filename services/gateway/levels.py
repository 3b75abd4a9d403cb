"""How loud a whole soundtrack is: bringing it to a loudness preset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.soundtrack import LoudnessTarget

if TYPE_CHECKING:
    from shared.media.audio import Samples


def brought_to(
    samples: Samples, target: LoudnessTarget, ceiling_dbtp: float, rounds: int = 3
) -> Samples:
    """The sound at a target's integrated loudness, its true peaks below a ceiling.

    What the limiter takes is given back, so that the loudness is right to 0.1 LU where the peaks
    let it within so many `rounds`. Silence stays silence.
    """
    import numpy as np

    from shared.media.loudness import limit_true_peak, measure_loudness

    found = measure_loudness(samples).integrated_lufs
    if found is None:
        return samples
    gain_db = target.integrated_lufs - found
    for _ in range(rounds):
        levelled = limit_true_peak(samples * np.float32(10 ** (gain_db / 20)), ceiling_dbtp)
        reached = measure_loudness(levelled).integrated_lufs
        short = 0.0 if reached is None else target.integrated_lufs - reached
        if abs(short) < 0.1:
            break
        gain_db += short
    return levelled
