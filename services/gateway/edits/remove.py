"""`remove`: take a shot out of the film.

The neighbour that fills its room is rendered again, nothing else; with ripple nothing, but for
later shots whose accents are elsewhere now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from services.gateway.edits.fields import SHOT, Flag, of_kind
from services.gateway.edits.fit import home_stretch, window_seconds
from services.gateway.edits.operation import Operation
from services.gateway.edits.overlap import Overlap, overlaps
from services.gateway.edits.place import clips_near, open_shot_index
from services.gateway.edits.scene import Scene
from services.gateway.edits.settle import settle
from services.gateway.edits.trim import move_end, move_start
from shared.errors import Conflict, InvalidInput
from shared.shot import Shot, is_clip
from shared.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Remove(Operation):
    """Take a shot out; the one before it goes on into its room, else the one after starts earlier.

    Where neither has the footage alone they share it. With `ripple` what follows moves up instead,
    and the film gets shorter. The transition into the shot goes with it.
    """

    OP: ClassVar[str] = "remove"
    HEARS: ClassVar[bool] = True
    shot: str = field(metadata=of_kind(SHOT))
    ripple: bool = field(default=False, metadata=of_kind(Flag()))

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        return clips_near(timeline, open_shot_index(timeline, self.shot, self.OP))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        shots = [*timeline.shots[:index], *timeline.shots[index + 1 :]]
        if not shots:
            raise InvalidInput(f"remove: shot {timeline.shots[0].id} is the film's only one")
        if self.ripple:
            return settle(timeline, shots, scene, self.OP)
        refusals: list[InvalidInput | Conflict] = []
        for filled in _ways_to_fill(timeline, index, scene):
            try:
                return settle(timeline, filled, scene, self.OP)
            except (InvalidInput, Conflict) as error:
                refusals.append(error)
        raise refusals[0]


def _ways_to_fill(timeline: Timeline, index: int, scene: Scene) -> Iterator[list[Shot]]:
    """The shots that are left, with the room of the removed one given away, best way first."""
    room = timeline.shots[index].frames
    shots = [*timeline.shots[:index], *timeline.shots[index + 1 :]]
    before, after = index - 1, index
    gifts = [room] if before >= 0 else []
    if after < len(shots):
        gifts.append(0)
        if before >= 0:
            most = _most_frames(timeline, shots[before], scene) - shots[before].frames
            gifts.append(max(0, min(room, most)))
    for gift in gifts:
        filled = list(shots)
        if before >= 0:
            filled[before] = move_end(shots[before], gift, Remove.OP)
        if after < len(shots):
            rest = gift - room
            filled[after] = move_start(shots[after], rest, timeline.frame_rate, Remove.OP)
        yield filled


def _most_frames(timeline: Timeline, shot: Shot, scene: Scene) -> int:
    """How many frames a shot can have out of the stretch it shows, beside its transitions."""
    if not is_clip(shot.source):
        return timeline.frame_count
    stretch = home_stretch(shot, scene.stretches_of(shot.source.handle), timeline.frame_rate)
    available = stretch.end_seconds - stretch.start_seconds
    per_frame = window_seconds(shot, Overlap(), timeline.frame_rate) / shot.frames
    around = overlaps(timeline.shots, timeline.transitions)[shot.id]
    return int(available / per_frame) - around.head - around.tail
