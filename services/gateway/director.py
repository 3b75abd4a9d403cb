"""The director: from what was seen and heard to a timeline. A pure function."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from services.gateway.camera import direct_camera
from services.gateway.casting import Cast, Slot, cast_slots
from services.gateway.material import Material
from services.gateway.music import Music, accents_between
from shared.brief import Brief
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.sync_map import CutPlan, SyncMap
from shared.timeline import Footage, MoveKind, Shot, SongWindow, Timeline, new_shot_id


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
    music = Music(heard.sync_map, plan.window_start_sample, plan.frame_rate)
    spans = list(pairwise([0, *(cut.frame for cut in plan.cuts), plan.frame_count]))
    slots = slots_of(spans, music)
    casts = cast_slots(slots, material, brief.seed)
    shots: list[Shot] = []
    last_move = MoveKind.HOLD
    for number, (cast, slot, (start, end)) in enumerate(
        zip(casts, slots, spans, strict=True), start=1
    ):
        framing, move = direct_camera(cast, slot, brief.size, last_move, number)
        last_move = move.kind
        accents = accents_between(plan.accents, start, end, plan.frame_rate)
        shots.append(
            Shot(
                id=new_shot_id(brief.seed, number),
                frames=end - start,
                source=footage_of(cast),
                framing=framing,
                move=move,
                accents=accents if move.kind is not MoveKind.HOLD else (),
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


def slots_of(spans: list[tuple[int, int]], music: Music) -> tuple[Slot, ...]:
    """The slot of every span of film frames (first, one after the last)."""
    return tuple(
        Slot(Fraction(end - start) / music.frame_rate, music.energy(start, end))
        for start, end in spans
    )


def footage_of(cast: Cast) -> Footage:
    """What a cast shows, as a shot's source."""
    reference = cast.reference
    return Footage(reference.handle, reference.blob, reference.kind, cast.start_seconds, cast.speed)
