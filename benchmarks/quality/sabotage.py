"""What a bad editor would do to a film; each is done to the film as it was measured.

A shot's frames do not depend on its place, so its look moves along with its window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from benchmarks.quality.film import Film, Truth

SONG_LATE_SECONDS = 0.12
_FIRST, _SECOND = "verse", "drop"

Sabotage = Callable[[Film, Truth, int], Film]


def cut_every_beat(film: Film, truth: Truth, seed: int) -> Film:
    """A cut on every beat, each piece from a window drawn at random."""
    end = film.slots[-1][1]
    times = [t for t in truth.beats - film.song_seconds if 0.05 < t < end - 0.05]
    return _drawn(film, [0.0, *times, end], seed)


def shuffle_windows(film: Film, truth: Truth, seed: int) -> Film:
    """The same cuts; each slot shows a window drawn at random, with replacement."""
    return _drawn(film, [0.0, *film.cuts, film.slots[-1][1]], seed)


def delay_song(film: Film, truth: Truth, seed: int) -> Film:
    """The song begins 120 ms later under the same pictures."""
    return replace(film, song_seconds=film.song_seconds - SONG_LATE_SECONDS)


def swap_sections(film: Film, truth: Truth, seed: int) -> Film:
    """The drop is cut as the verse is, and the verse as the drop; they are equally long."""
    one, other = (truth.sections[name] for name in (_FIRST, _SECOND))
    shift = other[0] - one[0]
    times = []
    for time in film.cuts:
        heard = time + film.song_seconds + 1e-2
        inside, swapped = one[0] <= heard < one[1], other[0] <= heard < other[1]
        times.append(time + shift * inside - shift * swapped)
    return _drawn(film, [0.0, *sorted(times), film.slots[-1][1]], seed)


SABOTAGES: dict[str, Sabotage] = {
    "a cut on every beat": cut_every_beat,
    "shuffled windows": shuffle_windows,
    "song 120 ms late": delay_song,
    "sections swapped": swap_sections,
}


def _drawn(film: Film, edges: Sequence[float], seed: int) -> Film:
    """Slots between edges, each with a random shot's window and look."""
    slots = tuple(pairwise(edges))
    drawn = np.random.default_rng(seed).integers(len(film.windows), size=len(slots))
    return replace(
        film,
        slots=slots,
        windows=tuple(film.windows[k] for k in drawn),
        looks=tuple(film.looks[k] for k in drawn),
    )
