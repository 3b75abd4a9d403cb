"""`extend`, `move_cut`: where shots begin and end.

Both shots at a moved cut are rendered again, nothing else; with ripple the shot alone, and every
later shot whose accents are elsewhere now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from services.gateway.edits.fields import CUT, SHOT, Choice, Flag, Whole, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.place import clips_near, cut_index, open_shot_index
from services.gateway.edits.scene import Scene, music_of
from services.gateway.edits.settle import settle
from services.gateway.edits.trim import move_cut, move_end, move_start
from shared.errors import InvalidInput
from shared.timeline import Timeline

MAX_FRAMES = 1_000_000


class Side(StrEnum):
    """The end of a shot that is meant."""

    END = "end"
    START = "start"


@dataclass(frozen=True, slots=True)
class Extend(Operation):
    """Make a shot longer (shorter below 0) at one side; its neighbour there gives or takes.

    With `ripple` what follows moves instead, and the film's length changes.
    """

    OP: ClassVar[str] = "extend"
    HEARS: ClassVar[bool] = True
    shot: str = field(metadata=of_kind(SHOT))
    frames: int = field(metadata=of_kind(Whole(-MAX_FRAMES, MAX_FRAMES)))
    side: Side = field(default=Side.END, metadata=of_kind(Choice(Side)))
    ripple: bool = field(default=False, metadata=of_kind(Flag()))

    def check(self) -> None:
        if self.frames == 0:
            raise InvalidInput("extend: frames is 0; expected some, or below 0 for a shorter shot")

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        return clips_near(timeline, open_shot_index(timeline, self.shot, self.OP))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        shots = list(timeline.shots)
        if self.ripple:
            shots[index] = (
                move_end(shots[index], self.frames, self.OP)
                if self.side is Side.END
                else move_start(shots[index], -self.frames, timeline.frame_rate, self.OP)
            )
            return settle(timeline, shots, scene, self.OP)
        cut = index + 1 if self.side is Side.END else index
        if not 0 < cut < len(shots):
            raise InvalidInput(
                f"extend: no shot beside the {self.side} of shot {shots[index].id}, the film's "
                f"{'last' if cut else 'first'}; expected the other side, or ripple"
            )
        frames = self.frames if self.side is Side.END else -self.frames
        return settle(timeline, move_cut(timeline, shots, cut, frames, self.OP), scene, self.OP)


class CutEvent(StrEnum):
    """A musical event near a cut."""

    NEXT_BEAT = "next_beat"
    PREVIOUS_BEAT = "previous_beat"


@dataclass(frozen=True, slots=True)
class MoveCut(Operation):
    """Put a cut on another film frame, or on the beat after or before it."""

    OP: ClassVar[str] = "move_cut"
    HEARS: ClassVar[bool] = True
    cut: str = field(metadata=of_kind(CUT))
    frame: int | None = field(default=None, metadata=of_kind(Whole(1, MAX_FRAMES)))
    event: CutEvent | None = field(default=None, metadata=of_kind(Choice(CutEvent)))

    def check(self) -> None:
        self.needs_only_one_of("frame", "event")

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        return clips_near(timeline, cut_index(timeline, self.cut, self.OP))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = cut_index(timeline, self.cut, self.OP)
        present = timeline.start_frames()[index]
        wanted = self.frame
        if wanted is None:
            wanted = self._event_frame(timeline, scene, present)
        if wanted == present:
            raise InvalidInput(
                f"move_cut: the cut into shot {timeline.shots[index].id} is on frame {present} "
                "already; expected another"
            )
        shots = move_cut(timeline, timeline.shots, index, wanted - present, self.OP)
        return settle(timeline, shots, scene, self.OP)

    def _event_frame(self, timeline: Timeline, scene: Scene, present: int) -> int:
        frames = [
            frame for frame, _ in music_of(timeline, scene.sync_map).beats(timeline.frame_count)
        ]
        if self.event is CutEvent.NEXT_BEAT:
            found = next((frame for frame in frames if frame > present), None)
        else:
            found = next((frame for frame in reversed(frames) if frame < present), None)
        if found is None:
            side = "after" if self.event is CutEvent.NEXT_BEAT else "before"
            raise InvalidInput(
                f"move_cut: no beat was heard {side} frame {present}; expected a frame instead"
            )
        return found
