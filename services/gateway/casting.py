"""Casting: which window of which reference fills which slot, as an optimisation over a score.

A slot is the room between two cuts. Roles come first; then a window should move as much as the
music does, be sharp, show faces whole and what the prompt says, go well with its neighbours, and
show frames that were not shown before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from services.gateway.casting_cost import FAST_SECONDS, Usage
from services.gateway.casting_search import Film, Search, SlotOptions
from services.gateway.footage_curves import FloatArray
from services.gateway.material import Material, Photo, Stretch
from services.gateway.options import FIRST, ITEM, REFERENCE, STOP, Catalogue
from services.gateway.sight import Sight
from services.gateway.windows import content
from shared.brief import Reference, Role

_ROLE = 100.0
_PRODUCT_ON_PEAK = 1.5
_SUBJECT, _MENTIONED = 0.75, 1.5
_SLOWED = 3.0
# Another take shows something else in a slot, and other moments wherever it can.
_SAME_AS_IN_A_TAKE, _SHOWN_IN_A_TAKE = 2.0, 1.2
_RUNNER_UP_DIFFERS = 0.2  # of the shots: less is the same cut with a shot exchanged
_NOT_AT_ALL = 1e-9


@dataclass(frozen=True, slots=True)
class Slot:
    """The room between two cuts: its length, and how loud the music is there (0..1).

    `prompt` is what the brief wishes to see there, None for nothing in particular.
    """

    length_seconds: Fraction
    energy: float
    prompt: str | None = None


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
class Wants:
    """Handles by the index of a slot: `shown` come before all else there, `liked` are a gain.

    `never` are those that fill no slot but by `fixed`.
    """

    shown: Mapping[int, frozenset[str]] = field(default_factory=dict)
    liked: Mapping[int, frozenset[str]] = field(default_factory=dict)
    never: frozenset[str] = frozenset()


# A take before: what it showed, and how many seconds of film each of it had.
Take = Sequence[tuple[Cast, Fraction]]


@dataclass(frozen=True, slots=True)
class Casting:
    """A film's cast with its score, by terms of `casting_cost.TERMS`, and the second best.

    `runner_up` is the best cast that clearly differs, None where there is none; `differs` is in
    how many shots. `features` are the rows of the cast, float64 [N, NUM_FEATURES].
    """

    casts: tuple[Cast, ...]
    score: float
    terms: Mapping[str, float]
    runner_up: float | None = None
    differs: int = 0
    features: FloatArray | None = field(default=None, compare=False, repr=False)

    @property
    def repeats(self) -> tuple[int, ...]:
        """Indices of the shots that show what was shown: frames again, or a photo a third time.

        A photo's second shot shows another part of it.
        """
        return tuple(i for i, cast in enumerate(self.casts) if shows_again(cast))


def shows_again(cast: Cast) -> bool:
    """Whether a cast shows what the film has shown before."""
    return cast.repeats_frames or (isinstance(cast.item, Photo) and cast.times_used > 1)


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
    return Director(slots, material, fixed=fixed).cast(seed).casts


class Director:
    """Casts the slots of one film; `film_aspect` is its width over height, `sight` has prompts.

    `others` are takes before, which this one shall differ from; `wants` is what the brief asks
    for by name.
    """

    def __init__(
        self,
        slots: tuple[Slot, ...],
        material: Material,
        *,
        film_aspect: float | None = None,
        sight: Sight | None = None,
        fixed: Mapping[int, Cast] = MappingProxyType({}),
        others: Sequence[Take] = (),
        wants: Wants | None = None,
    ) -> None:
        self._slots, self._fixed, self._others = slots, fixed, others
        self._wants = wants or Wants()
        self._catalogue = Catalogue(material, film_aspect, sight.prompts if sight else None)
        seconds = sum((slot.length_seconds for slot in slots), Fraction(0)) / len(slots)
        self._usage = Usage(self._catalogue, float(seconds))
        self._ranks = energy_ranks([slot.energy for slot in slots])
        self._casts: list[list[Cast] | None] = []
        self._options = [self._slot_options(index) for index in range(len(slots))]
        self._search = Search(self._catalogue, self._options, self._usage)

    def cast(self, seed: int) -> Casting:
        """The best cast that is found, with the best other one."""
        best, *rest = self._search.best(seed)
        needed = max(1, round(_RUNNER_UP_DIFFERS * len(self._slots)))
        second = next((film for film in rest if _difference(best, film) >= needed), None)
        second = second or next(iter(rest), None)
        return Casting(
            self._named(best.chosen),
            best.score,
            best.terms,
            second.score if second else None,
            _difference(best, second) if second else 0,
            np.stack([s.features[i] for s, i in zip(self._options, best.chosen, strict=True)]),
        )

    def random(self, seed: int) -> Casting:
        """A cast at random among all that fits: what the search is measured against."""
        random = np.random.default_rng(seed)
        chosen = tuple(int(random.integers(len(slot.content))) for slot in self._options)
        film = self._search.film(chosen)
        return Casting(self._named(chosen), film.score, film.terms)

    def _slot_options(self, index: int) -> SlotOptions:
        slot, rank = self._slots[index], self._ranks[index]
        is_fast = index > 0 and _is_fast(self._slots[index - 1], slot)
        if index in self._fixed:
            features, worth = self._listed([self._fixed[index]], slot, rank)
            self._casts.append([self._fixed[index]])
            return SlotOptions(features, worth, np.zeros(1), is_fast)
        options = self._catalogue.options(slot.length_seconds)
        if len(options.frames):
            features, worth = options.features, content(options, rank, slot.prompt)
            self._casts.append(None)
        else:
            slowed = [_slowed(item, slot) for item in self._catalogue.material.stretches]
            features, worth = self._listed(slowed, slot, rank)
            worth = worth - _SLOWED * np.array([1 - float(cast.speed) for cast in slowed])
            self._casts.append(slowed)
        demands = self._role_gains(index, features) - self._shown_in_takes(index, features)
        return SlotOptions(features, worth, demands, is_fast)

    def _listed(
        self, casts: Sequence[Cast], slot: Slot, rank: float
    ) -> tuple[FloatArray, FloatArray]:
        """Features and worth of casts that are not among the usual options."""
        options = [
            self._catalogue.option(c.item, c.start_seconds, slot.length_seconds * c.speed)
            for c in casts
        ]
        features = np.concatenate([option.features for option in options])
        return features, np.concatenate([content(o, rank, slot.prompt) for o in options])

    def _role_gains(self, index: int, features: FloatArray) -> FloatArray:
        last = len(self._slots) - 1
        roles = {item.reference.handle: item.reference.roles for item in self._catalogue.items}
        gains = np.zeros(len(self._catalogue.handles))
        for number, handle in enumerate(self._catalogue.handles):
            if Role.FIRST_FRAME in roles[handle]:
                gains[number] += _ROLE if index == 0 else -_ROLE
            if Role.LAST_FRAME in roles[handle] or Role.LOGO in roles[handle]:
                gains[number] += _ROLE if index == last else -_ROLE
            if Role.PRODUCT in roles[handle]:
                gains[number] += _PRODUCT_ON_PEAK * self._ranks[index]
            gains[number] += _SUBJECT * (Role.SUBJECT in roles[handle])
            gains[number] += self._wish(index, handle)
        return np.asarray(gains[features[:, REFERENCE].astype(int)], np.float64)

    def _wish(self, index: int, handle: str) -> float:
        """What it gains that a slot shows what was mentioned for it."""
        wants = self._wants
        if handle in wants.never:
            return -10 * _ROLE
        shown = _ROLE * (handle in wants.shown.get(index, ()))
        return shown + _MENTIONED * (handle in wants.liked.get(index, ()))

    def _shown_in_takes(self, index: int, features: FloatArray) -> FloatArray:
        """What it costs to show what other takes show, here or anywhere: float64 [C]."""
        cost = np.zeros(len(features))
        for take in self._others:
            rows = np.concatenate([self._row(c, s) for c, s in take])
            places = np.zeros(self._catalogue.num_places + 1)
            for first, stop in rows[:, [FIRST, STOP]].astype(int):
                places[first + 1 : stop + 1] = 1
            total = np.cumsum(places)
            first, stop = features[:, FIRST].astype(int), features[:, STOP].astype(int)
            cost += _SHOWN_IN_A_TAKE * (total[stop] - total[first]) / (stop - first)
            if index < len(take):
                cost += _SAME_AS_IN_A_TAKE * (features[:, ITEM] == rows[index, ITEM])
        return cost

    def _row(self, cast: Cast, seconds: Fraction) -> FloatArray:
        option = self._catalogue.option(cast.item, cast.start_seconds, seconds * cast.speed)
        return option.features

    def _named(self, chosen: tuple[int, ...]) -> tuple[Cast, ...]:
        """The chosen options as casts, with what repeats and how often what was used."""
        casts, counts = [], dict.fromkeys(self._catalogue.handles, 0)
        rows = np.stack([s.features[i] for s, i in zip(self._options, chosen, strict=True)])
        repeats = self._usage.repeats(rows)
        for index, option in enumerate(chosen):
            listed = self._casts[index]
            cast = self._cast(index, option) if listed is None else listed[option]
            if index not in self._fixed:
                used, again = counts[cast.reference.handle], bool(repeats[index] > _NOT_AT_ALL)
                cast = replace(cast, times_used=used, repeats_frames=again)
            counts[cast.reference.handle] += 1
            casts.append(cast)
        return tuple(casts)

    def _cast(self, index: int, option: int) -> Cast:
        options = self._catalogue.options(self._slots[index].length_seconds)
        item = self._catalogue.items[int(options.features[option, ITEM])]
        if isinstance(item, Photo):
            return Cast(item)
        return Cast(item, item.seconds_at(int(options.frames[option])))


def _slowed(stretch: Stretch, slot: Slot) -> Cast:
    available = stretch.end_seconds - stretch.start_seconds
    return Cast(stretch, stretch.start_seconds, min(Fraction(1), available / slot.length_seconds))


def _is_fast(one: Slot, other: Slot) -> bool:
    return float(one.length_seconds + other.length_seconds) / 2 <= FAST_SECONDS


def _difference(one: Film, other: Film) -> int:
    return sum(a != b for a, b in zip(one.chosen, other.chosen, strict=True))


def energy_ranks(values: list[float]) -> list[float]:
    """The place of each value among all, 0..1; equal values get the same."""
    ordered = np.sort(np.array(values))
    return [(float(np.searchsorted(ordered, value)) + 0.5) / len(ordered) for value in values]
