"""Casting: which window of which reference fills which slot, as a beam search over scores.

A slot is the room between two cuts. Roles come first; then a window should move as much as the
music does, be sharp, differ from its neighbours, and show frames that were not shown before.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from services.gateway.material import Material, Photo, Stretch
from shared.brief import Reference, Role

_BEAM_WIDTH = 10
_MAX_STARTS = 1200
_MIN_SPEED = Fraction(1, 2)

# Weights of the score. Energy match is the unit.
_SHARPNESS = 0.6
_COLOUR_CHANGE = 0.3
_JITTER = 0.08
_SAME_AS_BEFORE = (2.5, 0.8, 0.4)  # the same reference one, two, three shots ago
_SAME_STRETCH_BEFORE = 1.0
_PHOTO_AGAIN = 2.0
_FRAMES_AGAIN = 4.0
_USED_MORE = 0.5
_DARK = 2.0
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
    start_seconds: Fraction
    speed: Fraction
    repeats_frames: bool = False
    times_used: int = 0

    @property
    def reference(self) -> Reference:
        """The reference it comes from."""
        return self.item.reference


@dataclass(frozen=True, slots=True)
class _State:
    score: float
    casts: tuple[Cast, ...]
    used: dict[str, tuple[tuple[Fraction, Fraction], ...]]
    counts: dict[str, int]


def cast_slots(slots: tuple[Slot, ...], material: Material, seed: int) -> tuple[Cast, ...]:
    """Fill every slot; deterministic for a seed. `material` must not be empty."""
    windows = _Windows(material, seed)
    beam = [_State(0.0, (), {}, {})]
    ranks = _ranks([slot.energy for slot in slots])
    for index, slot in enumerate(slots):
        place = _Place(index, len(slots), slot.length_seconds, ranks[index])
        grown = [_grow(state, cast, gain, place) for state in beam
                 for cast, gain in windows.options(place, state)]
        grown.sort(key=lambda state: -state.score)
        beam = _distinct(grown)
    return beam[0].casts


@dataclass(frozen=True, slots=True)
class _Place:
    index: int
    count: int
    length_seconds: Fraction
    energy_rank: float


def _grow(state: _State, cast: Cast, gain: float, place: _Place) -> _State:
    handle = cast.reference.handle
    used = state.used
    if isinstance(cast.item, Stretch):
        end = cast.start_seconds + place.length_seconds * cast.speed
        used = {**used, handle: (*used.get(handle, ()), (cast.start_seconds, end))}
    count = state.counts.get(handle, 0)
    return _State(
        state.score + gain,
        (*state.casts, replace(cast, times_used=count)),
        used,
        {**state.counts, handle: count + 1},
    )


def _distinct(states: list[_State]) -> list[_State]:
    # Beams that differ only long ago would crowd out real alternatives.
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


class _Windows:
    """Generates and scores what may fill a slot."""

    def __init__(self, material: Material, seed: int) -> None:
        self._material = material
        self._seed = seed
        self._starts = max(2, _MAX_STARTS // max(1, len(material.stretches)) // _BEAM_WIDTH)
        every_motion = [photo.motion for photo in material.photos]
        every_sharpness = [photo.style.sharpness for photo in material.photos]
        for stretch in material.stretches:
            every_motion.extend(_half_second_means(stretch, stretch.motion.flow_magnitude))
            every_sharpness.extend(_half_second_means(stretch, stretch.motion.sharpness))
        self._motions = sorted(every_motion)
        self._sharpnesses = sorted(every_sharpness)

    def options(self, place: _Place, state: _State) -> list[tuple[Cast, float]]:
        """Every candidate for a slot with its gain, given what was cast before."""
        candidates = [Cast(photo, Fraction(0), Fraction(1)) for photo in self._material.photos]
        fresh: list[Cast] = []
        for stretch in self._material.stretches:
            fresh.extend(self._windows_of(stretch, place, state))
        if not fresh and not candidates:
            fresh = [self._slowed(stretch, place) for stretch in self._material.stretches]
        return [(cast, self._gain(cast, place, state)) for cast in [*candidates, *fresh]]

    def _windows_of(self, stretch: Stretch, place: _Place, state: _State) -> Iterator[Cast]:
        room = stretch.end_seconds - stretch.start_seconds - place.length_seconds
        if room < 0:
            return
        used = state.used.get(stretch.reference.handle, ())
        latest = stretch.start_seconds + room
        step = max(room / self._starts, Fraction(1, 8))
        grid = [stretch.start_seconds + step * k for k in range(int(room / step) + 1)]
        # Starting where another window ends wastes no footage.
        packed = [end for _, end in used if stretch.start_seconds <= end <= latest]
        for start in dict.fromkeys([*grid, *packed, latest]):
            snapped = stretch.seconds_at(stretch.frame_at(start))
            start_seconds = min(max(snapped, stretch.start_seconds), latest)
            end = start_seconds + place.length_seconds
            again = any(start_seconds < b and a < end for a, b in used)
            yield Cast(stretch, start_seconds, Fraction(1), repeats_frames=again)

    def _slowed(self, stretch: Stretch, place: _Place) -> Cast:
        available = stretch.end_seconds - stretch.start_seconds
        speed = min(Fraction(1), available / place.length_seconds)
        return Cast(stretch, stretch.start_seconds, speed)

    def _gain(self, cast: Cast, place: _Place, state: _State) -> float:
        motion, sharpness, luma = _look(cast, place.length_seconds)
        gain = 1.0 - abs(_rank(self._motions, motion) - place.energy_rank)
        gain += _SHARPNESS * _rank(self._sharpnesses, sharpness)
        gain -= _DARK if luma < 0.06 else 0.0
        gain -= _SLOWED * float(1 - cast.speed) if cast.speed < _MIN_SPEED else 0.0
        gain += self._neighbours(cast, state) + self._use(cast, place, state)
        gain += _role_gain(cast.reference, place)
        return gain + _JITTER * self._jitter(cast, place)

    def _neighbours(self, cast: Cast, state: _State) -> float:
        gain = 0.0
        for cost, before in zip(_SAME_AS_BEFORE, reversed(state.casts), strict=False):
            if before.reference.handle == cast.reference.handle:
                gain -= cost
        if state.casts:
            last = state.casts[-1].item
            gain -= _SAME_STRETCH_BEFORE if last is cast.item else 0.0
            distance = float(np.linalg.norm(np.subtract(last.lab, cast.item.lab)))
            gain += _COLOUR_CHANGE * min(1.0, distance / 40.0)
        return gain

    def _use(self, cast: Cast, place: _Place, state: _State) -> float:
        count = state.counts.get(cast.reference.handle, 0)
        if isinstance(cast.item, Photo):
            return -_PHOTO_AGAIN * count
        gain = 0.0
        if cast.repeats_frames:
            gain -= _FRAMES_AGAIN * _overlap(cast, place, state)
        # A clip three times as long may be seen three times as often.
        motion = cast.item.motion
        fair = max(1.0, motion.duration_seconds / float(place.length_seconds) / 2)
        return gain - _USED_MORE * count / fair

    def _jitter(self, cast: Cast, place: _Place) -> float:
        label = f"{self._seed}/{place.index}/{cast.reference.handle}/{cast.start_seconds}"
        return int.from_bytes(hashlib.sha256(label.encode()).digest()[:4], "big") / 2**32


def _look(cast: Cast, length_seconds: Fraction) -> tuple[float, float, float]:
    """Mean motion, sharpness and brightness of a window."""
    if isinstance(cast.item, Photo):
        return cast.item.motion, cast.item.style.sharpness, float(cast.item.style.lab_mean[0]) / 100
    stretch = cast.item
    first = stretch.frame_at(cast.start_seconds)
    last = stretch.frame_at(cast.start_seconds + length_seconds * cast.speed)
    span = slice(first, max(first + 1, last))
    motion = stretch.motion
    return (
        float(motion.flow_magnitude[span].mean()) * float(cast.speed),
        float(motion.sharpness[span].mean()),
        float(motion.luma[span].mean()),
    )


def _overlap(cast: Cast, place: _Place, state: _State) -> float:
    """Share of the window that was shown before, counted as often as it was."""
    start = cast.start_seconds
    end = start + place.length_seconds * cast.speed
    shown = sum(
        (max(Fraction(0), min(end, b) - max(start, a))
         for a, b in state.used.get(cast.reference.handle, ())),
        Fraction(0),
    )
    return float(shown / (end - start))


def _role_gain(reference: Reference, place: _Place) -> float:
    gain = 0.0
    first, last = place.index == 0, place.index == place.count - 1
    if Role.FIRST_FRAME in reference.roles:
        gain += _ROLE if first else -_ROLE
    if Role.LAST_FRAME in reference.roles or Role.LOGO in reference.roles:
        gain += _ROLE if last else -_ROLE
    if Role.PRODUCT in reference.roles:
        gain += _PRODUCT_ON_PEAK * place.energy_rank
    return gain


def _half_second_means(stretch: Stretch, curve: np.ndarray) -> list[float]:
    seconds = float(stretch.end_seconds - stretch.start_seconds)
    pieces = max(1, round(seconds * 2))
    return [float(p.mean()) for p in np.array_split(curve[stretch.first : stretch.last + 1], pieces)
            if len(p)]


def _rank(ordered: list[float], value: float) -> float:
    """Share of the ordered values that are smaller, 0..1."""
    return bisect_left(ordered, value) / max(1, len(ordered))


def _ranks(values: list[float]) -> list[float]:
    ordered = sorted(values)
    return [(bisect_left(ordered, value) + 0.5) / len(ordered) for value in values]
