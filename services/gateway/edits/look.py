"""`set_framing`, `set_grade`, `set_look`, `match_to`: how shots look; they are rendered again."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, TypeVar

from services.gateway.edits.fields import SHOT, Flag, Number, Text, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.place import open_shot_index, shot_index, with_shot
from services.gateway.edits.scene import Scene
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.shot import Framing, Grade, Match
from shared.timeline import Timeline

MAX_ZOOM = 8.0
NO_LOOK = "none"
_SHARE = Number(0.0, 1.0)
_GAIN = Number(0.0, 2.0)
_Look = TypeVar("_Look", Framing, Grade)
_LOOK = Text(
    re.compile(r"none|#[1-9][0-9]{0,5}|s[0-9]{1,9}-[a-z2-7]{1,16}|.{1,1000}\.(?i:cube)"),
    'a .cube file, a shot ("#3") whose look to take, or "none"',
)
_SHOT_NAME = SHOT.pattern


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
    tint: float | None = field(default=None, metadata=of_kind(Number(-1.0, 1.0)))

    def check(self) -> None:
        self.needs_one_of("exposure_stops", "contrast", "saturation", "warmth", "tint")

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        shot = timeline.shots[index]
        return with_shot(timeline, index, replace(shot, grade=_changed(shot.grade, self)))


@dataclass(frozen=True, slots=True)
class SetLook(Operation):
    """Give a shot, or every shot that is not locked, a table of colours; or take it off."""

    OP: ClassVar[str] = "set_look"
    shot: str | None = field(default=None, metadata=of_kind(SHOT))
    look: str | None = field(default=None, metadata=of_kind(_LOOK))
    strength: float | None = field(default=None, metadata=of_kind(_SHARE))
    style: bool | None = field(default=None, metadata=of_kind(Flag("false, to take it off")))

    def check(self) -> None:
        self.needs_one_of("look", "strength", "style")
        if self.style:
            raise InvalidInput("set_look: style is True; expected false, to take it off")

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        if self.shot is not None:
            indices = [open_shot_index(timeline, self.shot, self.OP)]
        else:
            indices = [i for i, shot in enumerate(timeline.shots) if not shot.is_locked]
        changes: dict[str, Digest | float | None] = {}
        if self.look is not None:
            changes["look"] = self._digest(timeline, scene)
        if self.strength is not None:
            changes["look_strength"] = self.strength
        if self.style is not None:
            changes["style"] = None
        for index in indices:
            shot = timeline.shots[index]
            grade = replace(shot.grade, **changes)  # type: ignore[arg-type]
            timeline = with_shot(timeline, index, replace(shot, grade=grade))
        return timeline

    def _digest(self, timeline: Timeline, scene: Scene) -> Digest | None:
        name = self.look or NO_LOOK
        if name == NO_LOOK:
            return None
        if _SHOT_NAME.fullmatch(name):
            return timeline.shots[shot_index(timeline, name, self.OP)].grade.look
        if name not in scene.looks:
            raise InvalidInput(f"set_look: {name} was not read; expected a .cube file that is here")
        return scene.looks[name]


@dataclass(frozen=True, slots=True)
class MatchTo(Operation):
    """Bring a shot's exposure and colour to those of another, or take its match off."""

    OP: ClassVar[str] = "match_to"
    shot: str = field(metadata=of_kind(SHOT))
    to: str | None = field(default=None, metadata=of_kind(SHOT))

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        if self.to is None:
            return ()
        shots = [timeline.shots[i] for i in self._places(timeline, self.to)]
        return list(dict.fromkeys(shot.source.handle for shot in shots))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        shot = timeline.shots[index]
        match = Match() if self.to is None else self._match(timeline, scene, self.to)
        return with_shot(timeline, index, replace(shot, grade=replace(shot.grade, match=match)))

    def _places(self, timeline: Timeline, to: str) -> tuple[int, int]:
        index = open_shot_index(timeline, self.shot, self.OP)
        other = shot_index(timeline, to, self.OP)
        if index == other:
            raise InvalidInput(f"match_to: shot {self.shot} to itself; expected another shot")
        return index, other

    def _match(self, timeline: Timeline, scene: Scene, to: str) -> Match:
        from services.gateway.look.colors import graded, shot_color
        from services.gateway.look.matching import BY_HAND, solve_match

        shot, other = (timeline.shots[index] for index in self._places(timeline, to))
        colors = []
        for each in (shot, other):
            rate = timeline.frame_rate
            color = shot_color(each, scene.stretches, scene.photos, rate, scene.input_luts)
            if color is None:
                raise InvalidInput(f"match_to: nobody has seen what shot {each.id} shows")
            colors.append(color)
        own = replace(shot.grade, match=Match())
        match = solve_match(colors[0], graded(colors[1], other.grade), own, BY_HAND)
        return replace(match, toward=(other.id,))


def look_names(operations: Sequence[Operation]) -> list[str]:
    """The .cube files that operations name."""
    names = [item.look for item in operations if isinstance(item, SetLook) and item.look]
    return [name for name in names if name != NO_LOOK and not _SHOT_NAME.fullmatch(name)]


def _changed(look: _Look, operation: SetFraming | SetGrade) -> _Look:
    """The look with the operation's fields of equal names, where given."""
    names = {item.name for item in dataclasses.fields(operation)}
    given = {
        item.name: getattr(operation, item.name)
        for item in dataclasses.fields(look)
        if item.name in names
    }
    return replace(look, **{name: value for name, value in given.items() if value is not None})
