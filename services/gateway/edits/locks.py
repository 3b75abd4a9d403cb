"""`lock`, `unlock`, `pin`, `unpin`: what later edits may not touch. Nothing is rendered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar

from services.gateway.edits.fields import SHOT, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.place import shot_index, with_shot
from services.gateway.edits.scene import Scene
from shared.shot import Shot
from shared.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Lock(Operation):
    """Keep the content and the length of a shot."""

    OP: ClassVar[str] = "lock"
    shot: str = field(metadata=of_kind(SHOT))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index, shot = _named(timeline, self)
        return with_shot(timeline, index, replace(shot, is_locked=True))


@dataclass(frozen=True, slots=True)
class Unlock(Operation):
    """Let a shot's content and length change again."""

    OP: ClassVar[str] = "unlock"
    shot: str = field(metadata=of_kind(SHOT))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index, shot = _named(timeline, self)
        return with_shot(timeline, index, replace(shot, is_locked=False))


@dataclass(frozen=True, slots=True)
class Pin(Operation):
    """Keep the place of a shot in the song: the film frame that it starts on."""

    OP: ClassVar[str] = "pin"
    shot: str = field(metadata=of_kind(SHOT))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index, shot = _named(timeline, self)
        return with_shot(timeline, index, replace(shot, is_pinned=True))


@dataclass(frozen=True, slots=True)
class Unpin(Operation):
    """Let a shot's place in the song change again."""

    OP: ClassVar[str] = "unpin"
    shot: str = field(metadata=of_kind(SHOT))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index, shot = _named(timeline, self)
        return with_shot(timeline, index, replace(shot, is_pinned=False))


def _named(timeline: Timeline, operation: Lock | Unlock | Pin | Unpin) -> tuple[int, Shot]:
    index = shot_index(timeline, operation.shot, operation.OP)
    return index, timeline.shots[index]
