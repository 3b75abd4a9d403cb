"""`set_speed`, `set_move`, `disable_accents`, `enable_accents`: how a shot moves.

The shot is rendered again, nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import ClassVar

from services.gateway.edits.fields import SHOT, Choice, Exact, Number, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.place import open_shot_index, with_shot
from services.gateway.edits.scene import Scene
from services.gateway.edits.settle import settle
from services.gateway.edits.speed import evenly
from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.shot import Move, MoveKind
from shared.timeline import Timeline

MAX_MOVE = 0.5
DEFAULT_MOVE = 0.12
# A whip that goes less far is a stumble.
_USUAL = {MoveKind.HOLD: 0.0, MoveKind.WHIP_LEFT: 0.35, MoveKind.WHIP_RIGHT: 0.35}


@dataclass(frozen=True, slots=True)
class SetSpeed(Operation):
    """Play a clip slower or faster from the same start, evenly; the shot keeps its length."""

    OP: ClassVar[str] = "set_speed"
    shot: str = field(metadata=of_kind(SHOT))
    speed: Fraction = field(metadata=of_kind(Exact(0.25, 4.0)))

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        return [timeline.shots[open_shot_index(timeline, self.shot, self.OP)].source.handle]

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        shot = timeline.shots[index]
        if shot.source.kind is MediaKind.IMAGE:
            raise InvalidInput(
                f"set_speed: shot {shot.id} shows the photo @{shot.source.handle}, which has no "
                "speed; expected a shot of a clip (set_move moves the camera)"
            )
        return settle(
            timeline, with_shot(timeline, index, evenly(shot, self.speed)).shots, scene, self.OP
        )


@dataclass(frozen=True, slots=True)
class SetMove(Operation):
    """Move the virtual camera in another way; the move arrives on the shot's accents.

    `amount` is the share of the frame that it travels or zooms: 0.12 if not given, a whip's 0.35.
    """

    OP: ClassVar[str] = "set_move"
    HEARS: ClassVar[bool] = True
    shot: str = field(metadata=of_kind(SHOT))
    kind: MoveKind = field(metadata=of_kind(Choice(MoveKind)))
    amount: float | None = field(default=None, metadata=of_kind(Number(0.0, MAX_MOVE)))

    def check(self) -> None:
        if self.kind is MoveKind.HOLD and self.amount:
            raise InvalidInput(
                f"set_move: amount is {self.amount} for hold; expected 0, or another kind"
            )

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        usual = _USUAL.get(self.kind, DEFAULT_MOVE)
        move = Move(self.kind, usual if self.amount is None else self.amount)
        moved = replace(timeline.shots[index], move=move)
        return settle(timeline, with_shot(timeline, index, moved).shots, scene, self.OP)


@dataclass(frozen=True, slots=True)
class DisableAccents(Operation):
    """Let a shot's camera and its clip's motion pass over the beats, now and after later edits."""

    OP: ClassVar[str] = "disable_accents"
    shot: str = field(metadata=of_kind(SHOT))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        return _following(timeline, self, scene, follows=False)


@dataclass(frozen=True, slots=True)
class EnableAccents(Operation):
    """Let a shot's camera move arrive, and impacts in its clip land, on the beats again."""

    OP: ClassVar[str] = "enable_accents"
    HEARS: ClassVar[bool] = True
    shot: str = field(metadata=of_kind(SHOT))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        return _following(timeline, self, scene, follows=True)


def _following(
    timeline: Timeline, operation: DisableAccents | EnableAccents, scene: Scene, *, follows: bool
) -> Timeline:
    index = open_shot_index(timeline, operation.shot, operation.OP)
    shot = replace(timeline.shots[index], follows_accents=follows)
    return settle(timeline, with_shot(timeline, index, shot).shots, scene, operation.OP)
