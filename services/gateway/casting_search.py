"""The search for a film's cast: a beam over the slots, then local improvement, from two starts.

Deterministic for a seed. Films are compared by `casting_cost.film_terms`, without the small
random numbers that decide between equals on the way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.gateway.casting_cost import Usage, between, film_terms, nearness
from services.gateway.footage_curves import FloatArray, IntArray
from services.gateway.options import FIRST, ITEM, REFERENCE, STOP, Catalogue
from services.gateway.windows import jitter

_BEAM_WIDTH, _GROWTH = 8, 4
_STARTS = 2
_MAX_PASSES, _TRIED = 2, 3
_LEAST_GAIN = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class SlotOptions:
    """What could fill one slot: features [C, NUM_FEATURES] and worth by `content` [C].

    `demands` [C] are what comes before all else: roles, and to differ from other takes. `is_fast`
    says that the cut before it is at fast pacing. A slot with one option is fixed.
    """

    features: FloatArray
    content: FloatArray
    demands: FloatArray
    is_fast: bool


@dataclass(frozen=True, slots=True)
class Film:
    """A whole cast: the chosen option of each slot, and what it is worth."""

    chosen: tuple[int, ...]
    score: float
    terms: dict[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    score: float
    chosen: tuple[int, ...]
    rows: tuple[FloatArray, ...]
    shown: NDArray[np.int16]
    references: IntArray
    items: IntArray


class Search:
    """Searches the casts of one film."""

    def __init__(self, catalogue: Catalogue, slots: Sequence[SlotOptions], usage: Usage) -> None:
        self._catalogue, self._slots, self._usage = catalogue, slots, usage
        self._is_fast = np.array([slot.is_fast for slot in slots[1:]], np.bool_)

    def best(self, seed: int) -> list[Film]:
        """Complete films, the best first, all different."""
        found: dict[tuple[int, ...], Film] = {}
        for start in range(_STARTS):
            beam = self._beam(f"{seed}/{start}")
            for chosen in [self._improved(beam[0]), *beam]:
                found.setdefault(chosen, self._film(chosen))
        return sorted(found.values(), key=lambda film: -film.score)

    def film(self, chosen: tuple[int, ...]) -> Film:
        """What a cast is worth, whoever chose it."""
        return self._film(chosen)

    def _film(self, chosen: tuple[int, ...]) -> Film:
        rows = np.stack([s.features[i] for s, i in zip(self._slots, chosen, strict=True)])
        content = np.array([s.content[i] for s, i in zip(self._slots, chosen, strict=True)])
        demands = np.array([s.demands[i] for s, i in zip(self._slots, chosen, strict=True)])
        terms = film_terms(rows, content, demands, self._is_fast, self._usage)
        return Film(chosen, sum(terms.values()), terms)

    def _beam(self, label: str) -> list[tuple[int, ...]]:
        places = np.zeros(self._catalogue.num_places, np.int16)
        counts = np.zeros(self._usage.num_references, np.int64)
        state = _State(0.0, (), (), places, counts, np.zeros(len(self._usage.is_photo), np.int64))
        for slot in self._slots:  # what is fixed is shown already, wherever it stands
            if len(slot.content) == 1:
                state = _shown(state, slot.features[0])
        beam = [state]
        for index, slot in enumerate(self._slots):
            shaken = jitter(f"{label}/{index}", len(slot.content))
            beam = _distinct(
                sorted(
                    (grown for state in beam for grown in self._grow(state, slot, shaken)),
                    key=lambda state: -state.score,
                )
            )
        return [state.chosen for state in beam]

    def _grow(self, state: _State, slot: SlotOptions, shaken: FloatArray) -> list[_State]:
        features = slot.features
        gains = slot.content + slot.demands + shaken
        if state.rows:
            gains = gains + between(state.rows[-1], features, slot.is_fast).gain
            gains -= nearness(np.stack(state.rows[-4:]), features)
        is_fixed = len(gains) == 1
        if not is_fixed:
            gains += self._usage.again(features, state.shown, state.references, state.items)
        best = _highest(gains, _GROWTH)
        grown = []
        for option in best:
            row = features[option]
            after = state if is_fixed else _shown(state, row)
            grown.append(
                _State(
                    state.score + float(gains[option]),
                    (*state.chosen, int(option)),
                    (*state.rows, row),
                    after.shown,
                    after.references,
                    after.items,
                )
            )
        return grown

    def _improved(self, chosen: tuple[int, ...]) -> tuple[int, ...]:
        """The cast with single shots exchanged for as long as that makes it better."""
        best = self._film(chosen)
        for _ in range(_MAX_PASSES):
            before = best.score
            for index, slot in enumerate(self._slots):
                if len(slot.content) > 1:
                    best = self._exchanged(best, index)
            if best.score <= before + _LEAST_GAIN:
                break
        return best.chosen

    def _exchanged(self, film: Film, index: int) -> Film:
        slot, chosen = self._slots[index], film.chosen
        rows = np.stack([s.features[i] for s, i in zip(self._slots, chosen, strict=True)])
        others = np.delete(rows, index, axis=0)
        shown = np.zeros(self._catalogue.num_places, np.int16)
        for first, stop in others[:, [FIRST, STOP]].astype(int):
            shown[first:stop] += 1
        references = np.bincount(
            others[:, REFERENCE].astype(int), minlength=self._usage.num_references
        )
        items = np.bincount(others[:, ITEM].astype(int), minlength=len(self._usage.is_photo))
        features = slot.features
        gains = slot.content + slot.demands
        gains = gains + self._usage.again(features, shown, references, items)
        if index:
            gains += between(rows[index - 1], features, slot.is_fast).gain
            gains -= nearness(rows[max(0, index - 4) : index], features)
        if index + 1 < len(rows):
            gains += between(features, rows[index + 1], self._slots[index + 1].is_fast).gain
            gains -= nearness(rows[index + 1 : index + 5][::-1], features)
        best = film
        for option in _highest(gains, _TRIED):
            # The same gain is no reason to look at the rest.
            if gains[option] <= gains[chosen[index]] + _LEAST_GAIN:
                break
            changed = self._film((*chosen[:index], int(option), *chosen[index + 1 :]))
            if changed.score > best.score + _LEAST_GAIN:
                best = changed
        return best


def _highest(gains: FloatArray, count: int) -> IntArray:
    """Indices of the highest values, the highest first."""
    if len(gains) > count:
        highest = np.sort(np.argpartition(-gains, count)[:count])
        return highest[np.argsort(-gains[highest], kind="stable")]
    return np.argsort(-gains, kind="stable")


def _shown(state: _State, row: FloatArray) -> _State:
    """The state in which what a row shows was shown and counted."""
    shown, references, items = state.shown.copy(), state.references.copy(), state.items.copy()
    shown[int(row[FIRST]) : int(row[STOP])] += 1
    references[int(row[REFERENCE])] += 1
    items[int(row[ITEM])] += 1
    return _State(state.score, state.chosen, state.rows, shown, references, items)


def _distinct(states: list[_State]) -> list[_State]:
    # Films that differ only long ago would crowd out real alternatives.
    kept: list[_State] = []
    seen: set[tuple[float, float]] = set()
    for state in states:
        last = (float(state.rows[-1][ITEM]), float(state.rows[-1][FIRST]))
        if last not in seen:
            seen.add(last)
            kept.append(state)
        if len(kept) == _BEAM_WIDTH:
            break
    return kept
