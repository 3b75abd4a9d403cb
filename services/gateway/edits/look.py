"""`set_framing`, `set_grade`: how a shot looks. The shot is rendered again, nothing else."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field, replace
from typing import ClassVar, TypeVar

from services.gateway.edits.fields import SHOT, Number, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.place import open_shot_index, with_shot
from services.gateway.edits.scene import Scene
from shared.shot import Framing, Grade
from shared.timeline import Timeline

MAX_ZOOM = 8.0
_SHARE = Number(0.0, 1.0)
_GAIN = Number(0.0, 2.0)
_Look = TypeVar("_Look", Framing, Grade)


@dataclass(frozen=True, slots=True)
class SetFraming(Operation):
    """Show another part of the source; what is not given stays."""

    OP: ClassVar[str] = "set_framing"
    shot: str = field(metadata=of_kind(SHOT))
    center_x: float | None = field(default=None, metadata=of_kind(_SHARE))
    center_y: float | None = field(default=None, metadata=of_kind(_SHARE))
    zoom: float | None = field(default=None, metadata=of_kind(Number(1.0, MAX_ZOOM)))

    def check(self) -> None:
        self.needs_one_of("center_x", "center_y", "zoom")

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        shot = timeline.shots[index]
        return with_shot(timeline, index, replace(shot, framing=_changed(shot.framing, self)))


@dataclass(frozen=True, slots=True)
class SetGrade(Operation):
    """Correct the picture; what is not given stays."""

    OP: ClassVar[str] = "set_grade"
    shot: str = field(metadata=of_kind(SHOT))
    exposure_stops: float | None = field(default=None, metadata=of_kind(Number(-2.0, 2.0)))
    contrast: float | None = field(default=None, metadata=of_kind(_GAIN))
    saturation: float | None = field(default=None, metadata=of_kind(_GAIN))
    warmth: float | None = field(default=None, metadata=of_kind(Number(-1.0, 1.0)))

    def check(self) -> None:
        self.needs_one_of("exposure_stops", "contrast", "saturation", "warmth")

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        shot = timeline.shots[index]
        return with_shot(timeline, index, replace(shot, grade=_changed(shot.grade, self)))


def _changed(look: _Look, operation: SetFraming | SetGrade) -> _Look:
    """The look with the operation's fields of equal names, where given."""
    given = {item.name: getattr(operation, item.name) for item in dataclasses.fields(look)}
    return replace(look, **{name: value for name, value in given.items() if value is not None})
