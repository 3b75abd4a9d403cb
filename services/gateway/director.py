"""The director: from what was seen and heard to a timeline. A pure function."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import exp, log

import numpy as np

from services.gateway.casting import Cast, Slot, cast_slots
from services.gateway.material import Material, Photo, Stretch
from shared.brief import Brief, Size
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.sync_map import ENERGY_RATE_HZ, CutPlan, SyncMap
from shared.timeline import (
    Accent,
    Footage,
    Framing,
    Move,
    MoveKind,
    Shot,
    SongWindow,
    Timeline,
    new_shot_id,
)

# Mean motion above which a clip moves by itself and gets no camera move (frame widths a second).
_STILL_BELOW = 0.02
# A photo's move grows with its length and with the music: base, per second, and its bounds.
_MOVE_BASE, _MOVE_PER_SECOND = 0.05, 0.035
_MOVE_RANGE = (0.06, 0.18)
# A travel over a side that the crop would lose may be long: it shows the rest of the photo.
_TRAVEL_PER_SECOND, _TRAVEL_MAX = 0.2, 0.45
_TALL, _WIDE = -0.45, 0.35  # log of the photo's aspect against the film's
# Whoever is in an upright photo has the head in its upper part.
_TALL_CENTER_Y = 0.42
_CLIP_PUSH = 0.06
_DETAIL_ZOOM = 1.35
# Beats this close to a cut are the cut; a move cannot arrive on them.
_ACCENT_MARGIN_SECONDS = 0.12


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard, with its digests; `sync_map` is None when there is no sound."""

    sync_map: SyncMap | None
    sync_map_digest: Digest | None
    cut_plan: CutPlan
    cut_plan_digest: Digest


def direct(brief: Brief, material: Material, heard: Heard, sound: SongWindow | None) -> Timeline:
    """Cast the references into the cut plan's slots and direct the camera.

    Raises `InvalidInput` when the brief has no picture to show.
    """
    if not material.stretches and not material.photos:
        raise InvalidInput("the brief has no clip or photo to show; add one with --ref")
    plan = heard.cut_plan
    bounds = [0, *(cut.frame for cut in plan.cuts), plan.frame_count]
    spans = list(pairwise(bounds))
    slots = tuple(
        Slot(Fraction(end - start) / plan.frame_rate, _energy(heard, start, end))
        for start, end in spans
    )
    casts = cast_slots(slots, material, brief.seed)
    shots: list[Shot] = []
    last_move = MoveKind.HOLD
    for number, (cast, (start, end)) in enumerate(zip(casts, spans, strict=True), start=1):
        framing, move = _camera(cast, slots[number - 1], brief.size, last_move, number)
        last_move = move.kind
        shots.append(
            Shot(
                id=new_shot_id(brief.seed, number),
                frames=end - start,
                source=_footage(cast),
                framing=framing,
                move=move,
                accents=_accents(plan, start, end) if move.kind is not MoveKind.HOLD else (),
            )
        )
    return Timeline(
        size=brief.size,
        frame_rate=plan.frame_rate,
        shots=tuple(shots),
        sound=sound,
        sync_map=heard.sync_map_digest,
        cut_plan=heard.cut_plan_digest,
        seed=brief.seed,
        next_shot_number=len(shots) + 1,
        pacing=brief.pacing,
        song=brief.song,
        references=brief.references,
    )


def _energy(heard: Heard, start: int, end: int) -> float:
    """Mean loudness under a span of film frames, 0..1; one half when there is no sound."""
    if heard.sync_map is None or not heard.sync_map.energy:
        return 0.5
    plan = heard.cut_plan
    offset = Fraction(plan.window_start_sample, heard.sync_map.sample_rate_hz)
    first = int((offset + start / plan.frame_rate) * ENERGY_RATE_HZ)
    last = int((offset + end / plan.frame_rate) * ENERGY_RATE_HZ)
    values = heard.sync_map.energy[first : max(last, first + 1)]
    return sum(values) / len(values) if values else 0.0


def _accents(plan: CutPlan, start: int, end: int) -> tuple[Accent, ...]:
    margin = int(_ACCENT_MARGIN_SECONDS * plan.frame_rate) + 1
    return tuple(
        Accent(frame - start, strength)
        for frame, strength in plan.accents
        if start + margin <= frame < end - margin
    )


def _footage(cast: Cast) -> Footage:
    reference = cast.reference
    return Footage(reference.handle, reference.blob, reference.kind, cast.start_seconds, cast.speed)


def _camera(
    cast: Cast, slot: Slot, size: Size, last_move: MoveKind, number: int
) -> tuple[Framing, Move]:
    """Where the camera looks and how it moves; no move repeats in adjacent shots."""
    if isinstance(cast.item, Photo):
        return _camera_on_photo(cast, cast.item, slot, size, last_move, number)
    return _camera_on_clip(cast, cast.item, slot, last_move)


def _camera_on_clip(
    cast: Cast, stretch: Stretch, slot: Slot, last_move: MoveKind
) -> tuple[Framing, Move]:
    first = stretch.frame_at(cast.start_seconds)
    last = stretch.frame_at(cast.start_seconds + slot.length_seconds * cast.speed)
    span = slice(first, max(first + 1, last))
    center = np.median(stretch.motion.saliency_center[span], axis=0)
    framing = Framing(round(float(center[0]), 4), round(float(center[1]), 4))
    if float(stretch.motion.flow_magnitude[span].mean()) >= _STILL_BELOW:
        return framing, Move()
    kind = MoveKind.PULL_OUT if last_move is MoveKind.PUSH_IN else MoveKind.PUSH_IN
    return framing, Move(kind, _CLIP_PUSH)


def _camera_on_photo(
    cast: Cast, photo: Photo, slot: Slot, size: Size, last_move: MoveKind, number: int
) -> tuple[Framing, Move]:
    style = photo.style
    spare = log(style.width / style.height / (size.width / size.height))
    kinds = [kind for kind in _photo_moves(spare, slot.energy) if kind is not last_move]
    kind = kinds[(number + cast.times_used) % min(2, len(kinds))]
    if spare < _TALL or spare > _WIDE:
        kind = kinds[0]
    zoom = _DETAIL_ZOOM if cast.times_used % 2 else 1.0
    center_y = min(style.saliency_y, _TALL_CENTER_Y) if spare < _TALL else style.saliency_y
    framing = Framing(round(style.saliency_x, 4), round(center_y, 4), zoom)
    return framing, Move(kind, round(_move_amount(kind, spare, slot), 4))


def _move_amount(kind: MoveKind, spare: float, slot: Slot) -> float:
    seconds = float(slot.length_seconds)
    travels_tall = spare < _TALL and kind in (MoveKind.TILT_UP, MoveKind.TILT_DOWN)
    travels_wide = spare > _WIDE and kind in (MoveKind.PAN_LEFT, MoveKind.PAN_RIGHT)
    if travels_tall or travels_wide:
        return min(_TRAVEL_MAX, exp(abs(spare)) - 1, _TRAVEL_PER_SECOND * (seconds + 0.5))
    low, high = _MOVE_RANGE
    amount = (_MOVE_BASE + _MOVE_PER_SECOND * seconds) * (0.7 + 0.6 * slot.energy)
    return min(high, max(low, amount))


def _photo_moves(spare: float, energy: float) -> list[MoveKind]:
    """Moves in order of liking: travel along the side that the crop would lose, else zoom."""
    push = [MoveKind.PUSH_IN, MoveKind.PULL_OUT]
    if energy < 0.4:
        push.reverse()
    if spare < _TALL:
        return [MoveKind.TILT_UP, *push, MoveKind.TILT_DOWN]
    if spare > _WIDE:
        return [MoveKind.PAN_RIGHT, *push, MoveKind.PAN_LEFT]
    return [*push, MoveKind.PAN_LEFT, MoveKind.PAN_RIGHT]
