"""Loudness by ITU-R BS.1770-4: K-weighted, in blocks of 0.4 s, gated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
SILENT_LUFS = -120.0

_BLOCK_SAMPLES, _HOP_SAMPLES = RATE_HZ * 2 // 5, RATE_HZ // 10
_PIECE_SAMPLES = 10 * RATE_HZ
_ABSOLUTE_GATE_LUFS, _RELATIVE_GATE_LU = -70.0, -10.0
_OFFSET_LU = -0.691
# Coefficients of BS.1770-4, tables 1 and 2, at 48 kHz: the head's shelf, then the high pass.
_K_WEIGHTING = (
    (
        1.53512485958697, -2.69169618940638, 1.19839281085285,
        1.0, -1.69065929318241, 0.73248077421585,
    ),
    (1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621),
)  # fmt: skip


def momentary_loudness(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Loudness over 0.4 s every 0.1 s: float32 [M], LUFS, at least -120.

    `samples` float32 [num_samples, channels] at 48 kHz; a sound under 0.4 s is one block.
    """
    hops = np.zeros(-(-len(samples) // _HOP_SAMPLES))
    for channel in samples.T:
        hops += _hop_energies(channel)
    num_hops = _BLOCK_SAMPLES // _HOP_SAMPLES
    if len(samples) < _BLOCK_SAMPLES:
        means = np.array([hops.sum() / max(len(samples), 1)])
    else:
        whole = hops[: len(samples) // _HOP_SAMPLES]
        means = np.convolve(whole, np.ones(num_hops), "valid") / _BLOCK_SAMPLES
    return np.asarray(_to_lufs(means), np.float32)


def _hop_energies(channel: NDArray[np.float32]) -> NDArray[np.float64]:
    """Sum of squares of the weighted sound over each 0.1 s, the last one shorter."""
    from scipy.signal import sosfilt

    sections = np.array(_K_WEIGHTING)
    state = np.zeros((len(sections), 2))
    sums = []
    # In pieces, so that half an hour of sound is not held again in double precision.
    for start in range(0, len(channel), _PIECE_SAMPLES):
        piece = channel[start : start + _PIECE_SAMPLES].astype(np.float64)
        weighted, state = sosfilt(sections, piece, zi=state)
        sums.append(np.add.reduceat(np.square(weighted), np.arange(0, len(piece), _HOP_SAMPLES)))
    return np.concatenate([np.zeros(0), *sums])


def integrated_loudness(momentary_lufs: NDArray[np.float32]) -> float | None:
    """Loudness of a whole, from its blocks, with both gates; None for silence."""
    blocks = momentary_lufs[momentary_lufs > _ABSOLUTE_GATE_LUFS].astype(np.float64)
    if not len(blocks):
        return None
    loud = blocks[blocks > _mean_lufs(blocks) + _RELATIVE_GATE_LU]
    return _mean_lufs(loud)


def _mean_lufs(blocks: NDArray[np.float64]) -> float:
    return float(_to_lufs(np.power(10, (blocks - _OFFSET_LU) / 10).mean()))


def _to_lufs(power: NDArray[np.float64] | np.floating) -> NDArray[np.float64]:
    floor = 10 ** ((SILENT_LUFS - _OFFSET_LU) / 10)
    return np.asarray(_OFFSET_LU + 10 * np.log10(np.maximum(power, floor)))
