"""`split`: one shot becomes two. Both halves are rendered, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar

from services.gateway.continuing import going_on_from
from services.gateway.edits.fields import SHOT, Choice, Whole, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.overlap import minimum_frames, overlaps
from services.gateway.edits.place import clips_near, open_shot_index
from services.gateway.edits.scene import Scene, music_of
from services.gateway.edits.settle import settle
from services.gateway.edits.speed import check_plays_evenly
from services.gateway.edits.trim import backwards_head, later
from services.gateway.generating import whole_clip
from shared.errors import InvalidInput
from shared.generation import Generated
from shared.shot import Shot, new_shot_id
from shared.timeline import Timeline

MAX_FRAMES = 1_000_000


class SplitEvent(StrEnum):
    """A musical event inside a shot."""

    BEAT = "beat"


@dataclass(frozen=True, slots=True)
class Split(Operation):
    """Cut a shot in two, at a frame of its own or on the beat nearest to its middle.

    The first half keeps the id, a pin and the transition into it; the second gets a new id and
    goes on with the same source, framing, move and grade.
    """

    OP: ClassVar[str] = "split"
    HEARS: ClassVar[bool] = True
    shot: str = field(metadata=of_kind(SHOT))
    frame: int | None = field(default=None, metadata=of_kind(Whole(1, MAX_FRAMES)))
    event: SplitEvent | None = field(default=None, metadata=of_kind(Choice(SplitEvent)))

    def check(self) -> None:
        self.needs_only_one_of("frame", "event")

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        return clips_near(timeline, open_shot_index(timeline, self.shot, self.OP))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        shot = timeline.shots[index]
        frame = self.frame
        if frame is None:
            frame = _beat_inside(timeline, index, scene)
        if not 0 < frame < shot.frames:
            raise InvalidInput(
                f"split: frame {frame} is not inside shot {shot.id} of {shot.frames} frames; "
                f"expected 1 to {shot.frames - 1}"
            )
        check_plays_evenly(shot, self.OP)
        shot = replace(shot, source=whole_clip(shot, timeline.frame_rate))
        rest = shot.frames - frame
        head = backwards_head(shot.source, rest, timeline.frame_rate)
        # Both halves sound as one, which begins and ends where it did.
        first = replace(shot, frames=frame, source=head, sound=replace(shot.sound, tail_frames=0))
        second = replace(
            shot,
            id=new_shot_id(timeline.seed, timeline.next_shot_number),
            frames=rest,
            source=later(shot.source, frame, timeline.frame_rate),
            is_pinned=False,
            sound=replace(shot.sound, lead_frames=0),
        )
        rest_of_film = _going_on(timeline.shots[index + 1 :], first.id, second.id)
        shots = [*timeline.shots[:index], first, second, *rest_of_film]
        number = timeline.next_shot_number + 1
        return settle(timeline, shots, scene, self.OP, next_shot_number=number)


def _going_on(shots: Sequence[Shot], first: str, second: str) -> list[Shot]:
    """Shots that went on from the whole shot go on from its second half."""
    return [
        replace(shot, source=going_on_from(shot.source, first, second))
        if isinstance(shot.source, Generated)
        else shot
        for shot in shots
    ]


def _beat_inside(timeline: Timeline, index: int, scene: Scene) -> int:
    """Shot-local frame of the beat nearest to the middle that leaves both halves long enough."""
    shot, start = timeline.shots[index], timeline.start_frames()[index]
    around = overlaps(timeline.shots, timeline.transitions)[shot.id]
    least = minimum_frames(around, timeline.frame_rate)
    beats = music_of(timeline, scene.sync_map).beats(timeline.frame_count)
    inside = [frame - start for frame, _ in beats if least <= frame - start <= shot.frames - least]
    if not inside:
        raise InvalidInput(
            f"split: no beat inside shot {shot.id} leaves {least} frames on both sides; expected "
            "a frame instead"
        )
    return min(inside, key=lambda frame: abs(2 * frame - shot.frames))
