"""The director: from what was seen and heard to a timeline. A pure function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from services.gateway.camera import direct_camera
from services.gateway.casting import Cast, Casting, Director, Slot, Take
from services.gateway.flourishes import flourished
from services.gateway.generate_slots import (
    made_slots,
    stand_in_handles,
    stand_ins,
    with_made,
    with_stand_ins,
)
from services.gateway.lengthen import lengthened
from services.gateway.material import Material, Stretch
from services.gateway.multicam import Stage, cast_takes, punched_in
from services.gateway.music import Music, accents_between
from services.gateway.room import give_room
from services.gateway.sight import Sight
from services.gateway.slot_wishes import slot_wishes
from shared.brief import Brief
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.performance import Performance, performance_named
from shared.schema import to_json
from shared.shot import Footage, MoveKind, Shot, new_shot_id
from shared.sync_map import CutPlan, SyncMap
from shared.timeline import SongWindow, Timeline

Span = tuple[int, int]
_MAX_LENGTHENINGS = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard, with its digests; `sync_map` is None when there is no sound."""

    sync_map: SyncMap | None
    sync_map_digest: Digest | None
    cut_plan: CutPlan
    cut_plan_digest: Digest


@dataclass(frozen=True, slots=True)
class Directed:
    """A film as directed: its cast with scores, and the cut plan that it follows.

    The plan is the one that was heard but for `dropped` cuts, left out where footage ran out, and
    for reasons that tell of match cuts.
    """

    timeline: Timeline
    casting: Casting
    cut_plan: CutPlan
    dropped: int = 0

    @property
    def take(self) -> Take:
        """What it shows and for how long, for another take to differ from."""
        rate = self.timeline.frame_rate
        shots = zip(self.casting.casts, self.timeline.shots, strict=True)
        return [(cast, shot.frames / rate) for cast, shot in shots]


def direct(brief: Brief, material: Material, heard: Heard, sound: SongWindow | None) -> Timeline:
    """Cast the references into the cut plan's slots and direct the camera.

    Raises `InvalidInput` when the brief has no picture to show.
    """
    return direct_film(brief, material, heard, sound).timeline


def direct_film(
    brief: Brief,
    material: Material,
    heard: Heard,
    sound: SongWindow | None,
    sight: Sight | None = None,
    others: Sequence[Take] = (),
    performances: Sequence[Performance] = (),
) -> Directed:
    """The same with what was recognised, and unlike the takes before.

    `performances` are shown at the song's position and nowhere else.

    Where pictures would repeat, shots lengthen first, for as long as that spares repeats.
    """
    if not material.stretches and not material.photos:
        raise InvalidInput("the brief has no clip or photo to show; add one with --ref")
    music = Music(heard.sync_map, heard.cut_plan.window_start_sample, heard.cut_plan.frame_rate)
    plan = heard.cut_plan
    spans, slots, casting = _cast(brief, plan, music, material, sight, others, performances)
    for _ in range(_MAX_LENGTHENINGS):
        dropped = len(heard.cut_plan.cuts) - len(plan.cuts)
        longer = lengthened(plan, casting.repeats, dropped) if casting.repeats else None
        if longer is None:
            break
        tried = _cast(brief, longer, music, material, sight, others, performances)
        if len(tried[2].repeats) >= len(casting.repeats):
            break
        plan, (spans, slots, casting) = longer, tried
    timeline = _timeline(
        brief,
        heard,
        plan,
        sound,
        list(zip(casting.casts, slots, spans, strict=True)),
        performances,
    )
    timeline, told = flourished(brief, timeline, plan, music, casting)
    if told is not plan:
        plan = told
        timeline = replace(timeline, cut_plan=Digest.of_bytes(to_json(plan)))
    timeline = with_made(timeline, brief, music)
    return Directed(timeline, casting, plan, len(heard.cut_plan.cuts) - len(plan.cuts))


def _cast(
    brief: Brief,
    plan: CutPlan,
    music: Music,
    material: Material,
    sight: Sight | None,
    others: Sequence[Take],
    performances: Sequence[Performance],
) -> tuple[list[Span], tuple[Slot, ...], Casting]:
    spans = list(pairwise([0, *(cut.frame for cut in plan.cuts), plan.frame_count]))
    synced = [item.handle for item in performances]
    wishes = slot_wishes(brief, music, spans, material, synced)
    slots = tuple(
        replace(slot, prompt=wish)
        for slot, wish in zip(slots_of(spans, music), wishes.prompts, strict=True)
    )
    aspect = brief.size.width / brief.size.height
    stage = Stage(spans, slots, music, material, performances, wishes.mentions)
    takes = cast_takes(stage, brief.seed, sight, aspect, others)
    doubles = stand_ins(made_slots(brief, spans, music), material, brief)
    material = with_stand_ins(material, doubles, others)
    director = Director(
        slots,
        material,
        film_aspect=aspect,
        sight=sight,
        fixed={**takes, **doubles},
        others=others,
        wants=replace(wishes.wants, never=wishes.wants.never | stand_in_handles(material)),
    )
    return spans, slots, director.cast(brief.seed)


def _timeline(
    brief: Brief,
    heard: Heard,
    plan: CutPlan,
    sound: SongWindow | None,
    directed: Sequence[tuple[Cast, Slot, Span]],
    performances: Sequence[Performance],
) -> Timeline:
    shots: list[Shot] = []
    stretches: dict[str, Stretch] = {}
    last_move = MoveKind.HOLD
    for number, (cast, slot, (start, end)) in enumerate(directed, start=1):
        framing, move = direct_camera(cast, slot, brief.size, last_move, number)
        last_move = move.kind
        is_clip = isinstance(cast.item, Stretch)
        accents = accents_between(plan.accents, start, end, plan.frame_rate)
        shots.append(
            Shot(
                id=new_shot_id(brief.seed, number),
                frames=end - start,
                source=footage_of(cast),
                framing=framing,
                move=move,
                # A clip may move by itself, and meets the accents even where no camera moves.
                accents=accents if move.kind is not MoveKind.HOLD or is_clip else (),
            )
        )
        if isinstance(cast.item, Stretch) and not performance_named(
            performances, cast.reference.handle
        ):
            stretches[shots[-1].id] = cast.item
    is_as_heard = plan is heard.cut_plan
    return Timeline(
        size=brief.size,
        frame_rate=plan.frame_rate,
        shots=tuple(give_room(punched_in(shots, performances), stretches, plan.frame_rate)),
        sound=sound,
        sync_map=heard.sync_map_digest,
        cut_plan=heard.cut_plan_digest if is_as_heard else Digest.of_bytes(to_json(plan)),
        seed=brief.seed,
        next_shot_number=len(shots) + 1,
        pacing=brief.pacing,
        song=brief.song,
        references=brief.references,
        performances=tuple(performances),
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
    return Footage(
        reference.handle,
        reference.blob,
        reference.kind,
        cast.start_seconds,
        cast.speed,
        input_lut=reference.input_lut,
    )
