"""Where one section ends and the next begins, and which sections are the same again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.similarity import Likeness

Array = NDArray[np.float64]

_MIN_BARS, _MAX_BARS = 2, 32
_BOUNDARY_COST = 0.9  # in bars that fit badly
_ODD_COSTS = {0: 0.0, 4: 0.25, 2: 0.6, 6: 0.6}  # by bars over a multiple of eight
_ODD_COST = 1.1
_FULL_COST_BARS, _MIN_COST_SHARE = 40, 0.35  # short songs have short sections
_WEIGHTS = (0.5, 0.1, 0.4)  # sound, harmony, repetition
_SAME = 0.75  # of how alike a section is to itself


def section_edges(alike: Likeness) -> list[int]:
    """Bars at which sections begin, and the number of bars last.

    Kernel change-point detection: within a section bars are alike (in sound, in harmony over its
    length, in what they repeat); a section of 4, 8 or 16 bars is likelier than one of 7.
    """
    kernel = (
        _WEIGHTS[0] * alike.sound + _WEIGHTS[1] * alike.harmony + _WEIGHTS[2] * alike.repetition
    )
    num = len(kernel)
    scale = float(np.clip(num / _FULL_COST_BARS, _MIN_COST_SHARE, 1.0))
    sums = np.pad(np.cumsum(np.cumsum(kernel, axis=0), axis=1), ((1, 0), (1, 0)))
    best, came = np.full(num + 1, np.inf), np.zeros(num + 1, dtype=int)
    best[0] = 0.0
    for end in range(1, num + 1):
        for start in range(max(0, end - _MAX_BARS), end):
            length = end - start
            block = sums[end, end] - sums[start, end] - sums[end, start] + sums[start, start]
            cost = length - block / length
            if length < _MIN_BARS and start > 0 and end < num:
                cost += 2.0
            cost += scale * (_BOUNDARY_COST + _ODD_COSTS.get(length % 8, _ODD_COST))
            if best[start] + cost < best[end]:
                best[end], came[end] = best[start] + cost, start
    edges = [num]
    while edges[-1] > 0:
        edges.append(int(came[edges[-1]]))
    return edges[::-1]


def section_groups(alike: Likeness, edges: list[int]) -> list[int]:
    """For each section the number of its group; groups are numbered as they first appear."""
    count = len(edges) - 1
    groups = [[index] for index in range(count)]
    pairs = np.array([[_same(alike, edges, a, b) for b in range(count)] for a in range(count)])
    own = np.sqrt(np.maximum(np.diagonal(pairs), 1e-9))
    pairs = pairs / own[:, None] / own[None]
    while len(groups) > 1:
        scored = [
            (float(np.mean(pairs[np.ix_(a, b)])), i, j)
            for i, a in enumerate(groups)
            for j, b in enumerate(groups)
            if i < j
        ]
        score, i, j = max(scored)
        if score < _SAME:
            break
        groups[i] += groups.pop(j)
    groups.sort(key=min)
    return [next(g for g, members in enumerate(groups) if s in members) for s in range(count)]


def _same(alike: Likeness, edges: list[int], a: int, b: int) -> float:
    """0..1: how surely two sections are the same: they sound alike and have the same chords."""
    first, second = slice(edges[a], edges[a + 1]), slice(edges[b], edges[b + 1])
    sound = float(np.mean(alike.sound[first, second]))
    block = alike.harmony[first, second]
    if block.shape[0] > block.shape[1]:
        block = block.T
    runs = [
        float(np.mean(np.diagonal(block, shift)[: block.shape[0]]))
        for shift in range(block.shape[1] - block.shape[0] + 1)
    ]
    return 0.5 * sound + 0.5 * max(runs)
