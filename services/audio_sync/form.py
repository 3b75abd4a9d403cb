"""The form of a song: phrases, sections whose labels repeat, builds, drops, breaks.

Everything lies on bars. Without downbeats to trust there are none, and all of it is empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from services.audio_sync.bar_features import BarFeatures, bar_features
from services.audio_sync.bar_grid import BarGrid, find_bars
from services.audio_sync.builds import Turns, find_turns
from services.audio_sync.phrases import Stretch, phrase_edges
from services.audio_sync.pickups import pickup_slots
from services.audio_sync.section_labels import BUILD_GROUP, section_labels
from services.audio_sync.sections import section_edges, section_groups
from services.audio_sync.similarity import likeness
from services.audio_sync.spectra import Spectra
from shared.sync_map import Phrase, Section, Span

_MAX_BARS = 1500  # of 0.4 s: ten minutes; likeness of more bars is no longer cheap


@dataclass(frozen=True, slots=True)
class Form:
    """As in `SyncMap`; all empty without bars."""

    phrases: tuple[Phrase, ...] = ()
    sections: tuple[Section, ...] = ()
    builds: tuple[Span, ...] = ()
    drops: tuple[int, ...] = ()
    breaks: tuple[Span, ...] = ()


def find_form(
    spectra: Spectra,
    beats: Sequence[int],
    downbeats: Sequence[int],
    energy: NDArray[np.float64],
    duration_samples: int,
) -> Form:
    """Hear the form; beats and downbeats are samples, `energy` is `SyncMap.energy`.

    Downbeats may have gaps and mistakes (see `bar_grid`). Less than four bars have no form.
    """
    bars = find_bars(beats, downbeats, duration_samples)
    if bars is None or bars.num_bars > _MAX_BARS or not np.any(energy > 0.0):
        return Form()
    features = bar_features(spectra, bars, energy)
    alike = likeness(features)
    edges = section_edges(alike)
    turns = find_turns(features, edges)
    edges = sorted({*edges, *(start for start, _ in turns.builds)})
    stretches = _merged(edges, _with_builds(edges, section_groups(alike, edges), turns))
    starts = phrase_edges(alike.harmony, stretches)
    return Form(
        phrases=_phrases(bars, features, starts, stretches),
        sections=_sections(bars, features, stretches, turns),
        builds=tuple(_span(bars, start, end) for start, end in turns.builds),
        drops=tuple(int(bars.edges[bar]) for bar in turns.drops),
        breaks=tuple(_span(bars, start, end) for start, end in turns.breaks),
    )


def _with_builds(edges: Sequence[int], groups: Sequence[int], turns: Turns) -> list[int]:
    """Stretches that are builds are one group, whatever they sound like."""
    in_build = {bar for start, end in turns.builds for bar in range(start, end)}
    return [
        BUILD_GROUP if in_build.issuperset(range(start, end)) else group
        for (start, end), group in zip(pairwise(edges), groups, strict=True)
    ]


def _merged(edges: Sequence[int], groups: Sequence[int]) -> list[Stretch]:
    """Neighbours of one group are one section."""
    stretches: list[Stretch] = []
    for (start, end), group in zip(pairwise(edges), groups, strict=True):
        if stretches and stretches[-1].group == group:
            stretches[-1] = Stretch(stretches[-1].start, end, group)
        else:
            stretches.append(Stretch(start, end, group))
    return stretches


def _phrases(
    bars: BarGrid, features: BarFeatures, edges: Sequence[int], stretches: Sequence[Stretch]
) -> tuple[Phrase, ...]:
    starts = list(edges[:-1])
    groups = [next(s.group for s in stretches if s.start <= bar < s.end) for bar in starts]
    slots = pickup_slots(features.rhythm, starts, groups)
    per_bar = features.rhythm.shape[1]
    found = []
    for (start, end), early in zip(pairwise(edges), slots, strict=True):
        before = int(bars.edges[start] - bars.edges[start - 1]) if start else 0
        pickup = round(before * early / per_bar)
        found.append(Phrase(int(bars.edges[start]), int(bars.edges[end]), end - start, pickup))
    return tuple(found)


def _sections(
    bars: BarGrid, features: BarFeatures, stretches: Sequence[Stretch], turns: Turns
) -> tuple[Section, ...]:
    energies = [float(features.energy[s.start : s.end].mean()) for s in stretches]
    labels = section_labels(
        [s.group for s in stretches],
        [s.end - s.start for s in stretches],
        energies,
        [s.start in turns.drops for s in stretches],
    )
    return tuple(
        Section(int(bars.edges[s.start]), int(bars.edges[s.end]), label, round(energy, 4))
        for s, label, energy in zip(stretches, labels, energies, strict=True)
    )


def _span(bars: BarGrid, start: int, end: int) -> Span:
    return Span(int(bars.edges[start]), int(bars.edges[end]))
