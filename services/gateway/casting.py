"""Casting: which window of which reference fills which slot, as a beam search over scores.

A slot is the room between two cuts. Roles come first; then a window should move as much as the
music does, be sharp, differ from its neighbours, and show frames that were not shown before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import dist
from types import MappingProxyType

import numpy as np

from services.gateway.material import Material, Photo, Stretch
from services.gateway.windows import Scorer, WindowTable
from shared.brief import Reference, Role

_BEAM_WIDTH = 10
_WINDOWS_PER_STRETCH = 2

# Weights of the score; how well the motion fits the music is the unit.
_COLOUR_CHANGE, _COLOUR_SCALE = 0.3, 40.0
_SAME_AS_BEFORE = (2.5, 0.8, 0.4)  # the same reference one, two, three shots ago
_SAME_STRETCH_BEFORE = 1.0
_PHOTO_AGAIN = 2.0
_FRAMES_AGAIN = 4.0
_USED_MORE = 0.5
_FIRST_USE = 0.8  # Whoever gives a reference wants to see it.
# Another window of a stretch looks much like the first; a long one has more to show.
_STRETCH_AGAIN, _STRETCH_SECONDS = 1.0, 6.0
_SLOWED = 3.0
_ROLE = 100.0
_PRODUCT_ON_PEAK = 1.5


@dataclass(frozen=True, slots=True)
class Slot:
    """The room between two cuts: its length, and how loud the music is there (0..1)."""

    length_seconds: Fraction
    energy: float


@dataclass(frozen=True, slots=True)
class Cast:
    """What fills a slot: a photo, or a stretch from `start_seconds` at `speed`.

    `times_used` counts earlier uses of the same reference in this film.
    """

    item: Stretch | Photo
    start_seconds: Fraction = Fraction(0)
    speed: Fraction = Fraction(1)
    repeats_frames: bool = False
    times_used: int = 0

    @property
    def reference(self) -> Reference:
        """The reference it comes from."""
        return self.item.reference


@dataclass(frozen=True, slots=True)
class _State:
    """A film so far: its score, what was cast, the seconds shown and uses of each reference."""

    score: float
    casts: tuple[Cast, ...]
    shown: dict[str, tuple[tuple[float, float], ...]]
    counts: dict[str, int]
    stretch_counts: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Place:
    index: int
    count: int
    length_seconds: Fraction
    energy_rank: float


def cast_slots(
    slots: tuple[Slot, ...],
    material: Material,
    seed: int,
    fixed: Mapping[int, Cast] = MappingProxyType({}),
) -> tuple[Cast, ...]:
    """Fill every slot; deterministic for a seed. `material` must not be empty.

    `fixed` are casts by the index of their slot that stay; nothing else shows their frames while
    footage lasts.
    """
    search = _Search(material, seed)
    ranks = energy_ranks([slot.energy for slot in slots])
    places = [
        _Place(index, len(slots), slot.length_seconds, ranks[index])
        for index, slot in enumerate(slots)
    ]
    state = _State(0.0, (), {}, {}, {})
    for index, cast in sorted(fixed.items()):
        state = _show(state, cast, places[index])
    beam = [state]
    for place in places:
        if place.index in fixed:
            beam = [_stay(state, fixed[place.index], place) for state in beam]
            beam.sort(key=lambda state: -state.score)
        else:
            beam = search.step(beam, place)
    return beam[0].casts


class _Search:
    """One step of the beam search: every state grows by every option, the best are kept."""

    def __init__(self, material: Material, seed: int) -> None:
        self._material = material
        self._scorer = Scorer(material, seed)

    def step(self, beam: list[_State], place: _Place) -> list[_State]:
        photos = [
            (Cast(photo), self._scorer.photo(place.index, photo, place.energy_rank))
            for photo in self._material.photos
        ]
        tables = self._scorer.tables(place.index, place.length_seconds, place.energy_rank)
        grown = []
        for state in beam:
            options = [*photos, *_best_windows(tables, state)]
            if not options:
                options = [self._slowed(stretch, place) for stretch in self._material.stretches]
            for cast, score in options:
                gain = score + _gain(cast, place, state)
                grown.append(_grow(state, cast, gain, place))
        grown.sort(key=lambda state: -state.score)
        return _distinct(grown)

    def _slowed(self, stretch: Stretch, place: _Place) -> tuple[Cast, float]:
        available = stretch.end_seconds - stretch.start_seconds
        speed = min(Fraction(1), available / place.length_seconds)
        return Cast(stretch, stretch.start_seconds, speed), -_SLOWED * float(1 - speed)


def _best_windows(tables: list[WindowTable], state: _State) -> Iterator[tuple[Cast, float]]:
    """The best windows of every stretch, given what was shown before."""
    for table in tables:
        scores = table.scores
        overlap = table.overlaps(state.shown.get(table.stretch.reference.handle, ()))
        scores = scores - _FRAMES_AGAIN * overlap / (table.ends - table.starts)
        best = np.argsort(-scores, kind="stable")[:_WINDOWS_PER_STRETCH]
        for index in best:
            first = table.stretch.seconds_at(int(table.frames[index]))
            again = bool(overlap[index] > 1e-6)
            yield Cast(table.stretch, first, repeats_frames=again), float(scores[index])


def _gain(cast: Cast, place: _Place, state: _State) -> float:
    """What a cast is worth after these shots and in this place, besides its own content."""
    reference = cast.reference
    gain = _role_gain(reference, place)
    for cost, before in zip(_SAME_AS_BEFORE, reversed(state.casts), strict=False):
        if before.reference.handle == reference.handle:
            gain -= cost
    if state.casts:
        last = state.casts[-1].item
        gain -= _SAME_STRETCH_BEFORE if last is cast.item else 0.0
        gain += _COLOUR_CHANGE * min(1.0, dist(last.lab, cast.item.lab) / _COLOUR_SCALE)
    count = state.counts.get(reference.handle, 0)
    gain += _FIRST_USE if count == 0 else 0.0
    if isinstance(cast.item, Photo):
        return gain - _PHOTO_AGAIN * count
    # A clip three times as long may be seen three times as often.
    fair = max(1.0, cast.item.motion.duration_seconds / float(place.length_seconds) / 2)
    gain -= _USED_MORE * count / fair
    seconds = float(cast.item.end_seconds - cast.item.start_seconds)
    again = state.stretch_counts.get(id(cast.item), 0)
    return gain - _STRETCH_AGAIN * again / max(1.0, seconds / _STRETCH_SECONDS)


def _role_gain(reference: Reference, place: _Place) -> float:
    gain = 0.0
    if Role.FIRST_FRAME in reference.roles:
        gain += _ROLE if place.index == 0 else -_ROLE
    if Role.LAST_FRAME in reference.roles or Role.LOGO in reference.roles:
        gain += _ROLE if place.index == place.count - 1 else -_ROLE
    if Role.PRODUCT in reference.roles:
        gain += _PRODUCT_ON_PEAK * place.energy_rank
    return gain


def _grow(state: _State, cast: Cast, gain: float, place: _Place) -> _State:
    count = state.counts.get(cast.reference.handle, 0)
    casts = (*state.casts, replace(cast, times_used=count))
    return replace(_show(state, cast, place), score=state.score + gain, casts=casts)


def _stay(state: _State, cast: Cast, place: _Place) -> _State:
    """A fixed cast takes its place; what goes badly before it costs."""
    gain = _gain(cast, place, state)
    return replace(state, score=state.score + gain, casts=(*state.casts, cast))


def _show(state: _State, cast: Cast, place: _Place) -> _State:
    """The state in which a cast's frames were shown and its uses counted."""
    handle = cast.reference.handle
    shown, stretches = state.shown, state.stretch_counts
    if isinstance(cast.item, Stretch):
        stretches = {**stretches, id(cast.item): stretches.get(id(cast.item), 0) + 1}
        start = float(cast.start_seconds)
        span = (start, start + float(place.length_seconds * cast.speed))
        shown = {**shown, handle: (*shown.get(handle, ()), span)}
    counts = {**state.counts, handle: state.counts.get(handle, 0) + 1}
    return replace(state, shown=shown, counts=counts, stretch_counts=stretches)


def _distinct(states: list[_State]) -> list[_State]:
    # Films that differ only long ago would crowd out real alternatives.
    kept: list[_State] = []
    seen: set[tuple[str, Fraction]] = set()
    for state in states:
        last = (state.casts[-1].reference.handle, state.casts[-1].start_seconds)
        if last not in seen:
            seen.add(last)
            kept.append(state)
        if len(kept) == _BEAM_WIDTH:
            break
    return kept


def energy_ranks(values: list[float]) -> list[float]:
    """The place of each value among all, 0..1; equal values get the same."""
    ordered = np.sort(np.array(values))
    return [(float(np.searchsorted(ordered, value)) + 0.5) / len(ordered) for value in values]
