"""The measures: one number each from a film and the song's truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.film import Cue, Film, Truth

_ON_SECONDS = 1 / 30  # a frame: a cut so near to a downbeat is on it
_LOUD, _QUIET = "drop", "verse"


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure, whether more of it is better, and the sabotage that has to make it worse."""

    title: str
    of: Callable[[Film, Truth], float]
    more_is_better: bool
    sabotage: str

    def is_worse(self, value: float, than: float) -> bool:
        """Whether a film with `value` is worse than one with `than`."""
        return value < than if self.more_is_better else value > than


def energy_fit(film: Film, truth: Truth) -> float:
    """Spearman's correlation of the shots' motion with the song's loudness under them, -1..1."""
    motion = [look.motion for look in film.looks]
    energy = [truth.energy(*_in_song(film, slot)) for slot in film.slots]
    return float(np.corrcoef(_ranks(motion), _ranks(energy))[0, 1])


def musical_cuts(film: Film, truth: Truth) -> float:
    """Share of cuts within a frame of a true downbeat; phrases and sections begin on those."""
    times = film.cuts + film.song_seconds
    distances = np.abs(times[:, None] - truth.downbeats[None]).min(axis=1)
    return float((distances <= _ON_SECONDS).mean())


def density_ratio(film: Film, truth: Truth) -> float:
    """Cuts a second in the drop, over cuts a second in the verse."""
    loud, quiet = (_density(film, truth.sections[name]) for name in (_LOUD, _QUIET))
    return loud / max(quiet, 1e-9)


def eye_trace(film: Film, truth: Truth) -> float:
    """Mean distance of the gaze before a cut to the gaze after it, in frame widths and heights."""
    pairs = zip(film.looks, film.looks[1:], strict=False)
    return float(np.mean([np.hypot(*np.subtract(a.tail, b.head)) for a, b in pairs]))


def reuse(film: Film, truth: Truth) -> float:
    """Share of film time whose source frames were on screen before, 0..1; a photo again counts."""
    again = total = 0.0
    for index, (window, (start, end)) in enumerate(zip(film.windows, film.slots, strict=True)):
        total += end - start
        length = window.last_seconds - window.first_seconds
        shown = [w for w in film.windows[:index] if w.source == window.source]
        if length <= 0:
            again += (end - start) * bool(shown)
            continue
        shared = (
            min(window.last_seconds, w.last_seconds) - max(window.first_seconds, w.first_seconds)
            for w in shown
        )
        again += (end - start) * min(1.0, max(0.0, max(shared, default=0.0)) / length)
    return again / total


def reading_speed(film: Film, truth: Truth) -> float:
    """Mean characters a second of captions, each over its longest stretch without a cut.

    Who reads a caption begins it again when the picture changes under it (d'Ydewalle et al. 1989).
    """
    if not film.cues:
        return float("nan")
    return float(np.mean([cue.characters / _unbroken(cue, film.cuts) for cue in film.cues]))


MEASURES = (
    Measure("correlation of motion with loudness", energy_fit, True, "shuffled windows"),
    Measure("cuts on downbeats, phrases, sections", musical_cuts, True, "song 120 ms late"),
    Measure("cut density, drop to verse", density_ratio, True, "sections swapped"),
    Measure("eye-trace jump at cuts", eye_trace, False, "shuffled windows"),
    Measure("film time whose frames were seen before", reuse, False, "shuffled windows"),
    Measure("characters a second between cuts", reading_speed, False, "a cut on every beat"),
)


def _in_song(film: Film, slot: tuple[float, float]) -> tuple[float, float]:
    return slot[0] + film.song_seconds, slot[1] + film.song_seconds


def _density(film: Film, section: tuple[float, float]) -> float:
    # The cut into a section belongs to it, a frame early or late.
    times = film.cuts + film.song_seconds + _ON_SECONDS
    start, end = section
    return float(((times >= start) & (times < end)).sum()) / (end - start)


def _unbroken(cue: Cue, cuts: NDArray[np.float64]) -> float:
    inside = cuts[(cuts > cue.start_seconds) & (cuts < cue.end_seconds)]
    edges = np.array([cue.start_seconds, *inside, cue.end_seconds])
    return float(np.diff(edges).max())


def _ranks(values: list[float]) -> NDArray[np.float64]:
    """Ranks, the mean of them for equal values."""
    array = np.asarray(values)
    below = (array[None] < array[:, None]).sum(axis=1)
    equal = (array[None] == array[:, None]).sum(axis=1)
    return np.asarray(below + (equal - 1) / 2, np.float64)
