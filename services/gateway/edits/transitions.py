"""`set_transition`, `remove_transition`: how one shot becomes the next.

The overlap is rendered, and both shots again without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar

from services.gateway.edits.fields import CUT, Choice, Whole, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.place import cut_index
from services.gateway.edits.scene import Scene
from services.gateway.edits.settle import settle
from shared.errors import InvalidInput
from shared.shot import is_clip
from shared.timeline import MIN_TRANSITION_FRAMES, Timeline, Transition, TransitionKind
from shared.timing import round_half_up

MAX_TRANSITION_FRAMES = 480
_USUAL_SECONDS = Fraction(2, 5)


@dataclass(frozen=True, slots=True)
class SetTransition(Operation):
    """Lead into a shot by a transition that is centred on its cut, in place of any other there.

    `frames` is about 0.4 s, even, if not given.
    """

    OP: ClassVar[str] = "set_transition"
    cut: str = field(metadata=of_kind(CUT))
    kind: TransitionKind = field(metadata=of_kind(Choice(TransitionKind)))
    frames: int | None = field(
        default=None, metadata=of_kind(Whole(MIN_TRANSITION_FRAMES, MAX_TRANSITION_FRAMES))
    )

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        return _beside(timeline, cut_index(timeline, self.cut, self.OP))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        into = timeline.shots[cut_index(timeline, self.cut, self.OP)].id
        frames = self.frames or usual_frames(timeline.frame_rate)
        others = [item for item in timeline.transitions if item.into != into]
        wanted = _ordered(timeline, [*others, Transition(into, self.kind, frames)])
        return settle(timeline, timeline.shots, scene, self.OP, transitions=wanted)


@dataclass(frozen=True, slots=True)
class RemoveTransition(Operation):
    """Lead into a shot by a straight cut again."""

    OP: ClassVar[str] = "remove_transition"
    cut: str = field(metadata=of_kind(CUT))

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        return _beside(timeline, cut_index(timeline, self.cut, self.OP))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        into = timeline.shots[cut_index(timeline, self.cut, self.OP)].id
        if timeline.transition_into(into) is None:
            raise InvalidInput(f"remove_transition: shot {into} begins with a straight cut already")
        others = [item for item in timeline.transitions if item.into != into]
        return settle(timeline, timeline.shots, scene, self.OP, transitions=others)


def usual_frames(frame_rate: Fraction) -> int:
    """The length of a transition when none is given: about 0.4 s, even."""
    return max(MIN_TRANSITION_FRAMES, 2 * round_half_up(_USUAL_SECONDS * frame_rate / 2))


def _beside(timeline: Timeline, index: int) -> list[str]:
    both = timeline.shots[index - 1 : index + 1]
    return [shot.source.handle for shot in both if is_clip(shot.source)]


def _ordered(timeline: Timeline, transitions: list[Transition]) -> list[Transition]:
    places = {shot.id: index for index, shot in enumerate(timeline.shots)}
    return sorted(transitions, key=lambda item: places[item.into])
