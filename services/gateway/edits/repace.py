"""Tile a film with other spans: shots whose span stays are kept, the others cast anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.gateway.camera import direct_camera
from services.gateway.casting import Cast, Director, Slot, Wants
from services.gateway.director import footage_of, slots_of
from services.gateway.edits.fit import fit_window, home_stretch
from services.gateway.edits.generated import is_drawn_film, redrawn
from services.gateway.edits.overlap import Overlap
from services.gateway.edits.recast import cast_of
from services.gateway.edits.scene import Scene, music_of
from services.gateway.edits.settle import settle
from services.gateway.look.film_look import film_look
from services.gateway.material import Material, is_seen
from services.gateway.multicam import Stage, cast_takes
from shared.errors import InvalidInput
from shared.shot import Footage, MoveKind, Shot, is_clip, new_shot_id
from shared.timeline import Timeline

Span = tuple[int, int]


def repace(timeline: Timeline, spans: Sequence[Span], scene: Scene, op: str) -> Timeline:
    """The film cut into these spans of film frames (first, one after the last), which tile it.

    A pinned shot keeps its id and, where its footage allows, what it shows.
    """
    kept = _kept(timeline, spans, scene, op)
    if is_drawn_film(timeline):
        shots, number = redrawn(timeline, spans, kept, scene)
        return settle(timeline, shots, scene, op, next_shot_number=number, is_planned=True)
    slots = slots_of(list(spans), music_of(timeline, scene.sync_map))
    fixed = {
        index: cast_of(shot, scene, timeline.frame_rate)
        for index, shot in kept.items()
        if isinstance(shot.source, Footage)
    }
    casts = _cast(timeline, spans, slots, scene, fixed)
    pinned = {start: shot for start, shot in _places(timeline) if shot.is_pinned}
    shots = []
    number, look = timeline.next_shot_number, film_look(timeline.shots)
    for index, (start, end) in enumerate(spans):
        shot = kept.get(index)
        if shot is None:
            source = footage_of(casts[index])
            if start in pinned:
                shot = replace(pinned[start], frames=end - start, source=source, grade=look)
            else:
                shot = Shot(new_shot_id(timeline.seed, number), end - start, source, grade=look)
                number += 1
            last_move = shots[-1].move.kind if shots else MoveKind.HOLD
            shot = _filmed(shot, casts[index], slots[index], timeline, last_move, index + 1)
        shots.append(shot)
    return settle(timeline, shots, scene, op, next_shot_number=number, is_planned=True)


def _cast(
    timeline: Timeline,
    spans: Sequence[Span],
    slots: tuple[Slot, ...],
    scene: Scene,
    fixed: Mapping[int, Cast],
) -> tuple[Cast, ...]:
    """What fills the slots that are not fixed: takes in time with the song, other footage."""
    material = _material(timeline, scene)
    performances = timeline.performances
    stage = Stage(spans, slots, music_of(timeline, scene.sync_map), material, performances, {})
    aspect = timeline.size.width / timeline.size.height
    takes = cast_takes(stage, timeline.seed, None, aspect)
    wants = Wants(never=frozenset(item.handle for item in performances))
    return (
        Director(slots, material, fixed={**takes, **fixed}, wants=wants).cast(timeline.seed).casts
    )


def _kept(timeline: Timeline, spans: Sequence[Span], scene: Scene, op: str) -> dict[int, Shot]:
    """By the index of their span: shots that go on showing what they show."""
    old = dict(_places(timeline))
    kept = {}
    for index, (start, end) in enumerate(spans):
        shot = old.get(start)
        if shot is None:
            continue
        if shot.frames == end - start:
            kept[index] = shot
        elif shot.is_pinned and (resized := _resized(shot, end - start, timeline, scene, op)):
            kept[index] = resized
    return kept


def _resized(shot: Shot, frames: int, timeline: Timeline, scene: Scene, op: str) -> Shot | None:
    """The shot with another length, None where its footage does not allow it."""
    resized = replace(shot, frames=frames)
    if not is_clip(shot.source):
        return resized
    stretches = scene.stretches_of(shot.source.handle)
    stretch = home_stretch(shot, stretches, timeline.frame_rate)
    try:
        return fit_window(resized, Overlap(), stretch, timeline.frame_rate, op)
    except InvalidInput:
        return None


def _filmed(
    shot: Shot, cast: Cast, slot: Slot, timeline: Timeline, last_move: MoveKind, number: int
) -> Shot:
    framing, move = direct_camera(cast, slot, timeline.size, last_move, number)
    return replace(shot, framing=framing, move=move)


def _material(timeline: Timeline, scene: Scene) -> Material:
    handles = [reference.handle for reference in timeline.references if is_seen(reference)]
    return Material(
        tuple(item for name in handles for item in scene.stretches.get(name, ())),
        tuple(scene.photos[name] for name in handles if name in scene.photos),
    )


def _places(timeline: Timeline) -> list[tuple[int, Shot]]:
    return list(zip(timeline.start_frames(), timeline.shots, strict=True))
