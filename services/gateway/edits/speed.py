"""`ramp_speed`, `freeze`, `reverse`: speed that changes inside a shot, and time that turns.

The shot is rendered again, nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import ClassVar

from services.gateway.edits.fields import SHOT, Exact, Flag, Whole, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.place import open_shot_index, with_shot
from services.gateway.edits.scene import Scene
from services.gateway.edits.settle import settle
from shared.brief import Role
from shared.errors import InvalidInput
from shared.shot import Footage, Shot, is_clip
from shared.speed import SpeedLevel, mean_speed
from shared.timeline import Timeline

MAX_FRAMES = 1_000_000
_SPEED = Exact(0.25, 4.0)
_EASE_SECONDS = Fraction(2, 5)
# Who sings or talks in these is in time with a sound: another speed would take the words away.
_IN_TIME = frozenset({Role.PERFORMANCE, "talk"})


@dataclass(frozen=True, slots=True)
class RampSpeed(Operation):
    """Ease a clip from one speed to another around a frame, its strongest accent if not given."""

    OP: ClassVar[str] = "ramp_speed"
    shot: str = field(metadata=of_kind(SHOT))
    start: Fraction = field(metadata=of_kind(_SPEED))
    end: Fraction = field(metadata=of_kind(_SPEED))
    frame: int | None = field(default=None, metadata=of_kind(Whole(1, MAX_FRAMES)))
    ease_frames: int | None = field(default=None, metadata=of_kind(Whole(0, MAX_FRAMES)))

    def check(self) -> None:
        if self.start == self.end:
            raise InvalidInput(
                f"ramp_speed: start and end are both {float(self.start):g}; expected two speeds, "
                "or set_speed"
            )

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        return _handles(timeline, self.shot, self.OP)

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index, source = _clip(timeline, self.shot, self.OP)
        shot = timeline.shots[index]
        frame = _frame_in(shot, self.frame, self.OP)
        wanted = self.ease_frames
        ease = round(_EASE_SECONDS * timeline.frame_rate) if wanted is None else wanted
        # An ease is centred: it has as much room as the shorter side.
        ease = min(ease, 2 * min(frame, shot.frames - frame) - 2)
        levels = (
            SpeedLevel(Fraction(0), self.start),
            SpeedLevel(Fraction(frame, shot.frames), self.end, Fraction(max(0, ease), shot.frames)),
        )
        return _settled(timeline, index, _levelled(source, levels), scene, self.OP)


@dataclass(frozen=True, slots=True)
class Freeze(Operation):
    """Hold the picture from a frame on: for some frames, or to the shot's end."""

    OP: ClassVar[str] = "freeze"
    shot: str = field(metadata=of_kind(SHOT))
    frame: int | None = field(default=None, metadata=of_kind(Whole(1, MAX_FRAMES)))
    frames: int | None = field(default=None, metadata=of_kind(Whole(2, MAX_FRAMES)))

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        return _handles(timeline, self.shot, self.OP)

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index, source = _clip(timeline, self.shot, self.OP)
        shot = timeline.shots[index]
        frame = _frame_in(shot, self.frame, self.OP)
        speed = source.levels[0].speed or source.speed if source.levels else source.speed
        levels = [
            SpeedLevel(Fraction(0), speed),
            SpeedLevel(Fraction(frame, shot.frames), Fraction(0)),
        ]
        if self.frames is not None and frame + self.frames < shot.frames - 1:
            levels.append(SpeedLevel(Fraction(frame + self.frames, shot.frames), speed))
        return _settled(timeline, index, _levelled(source, tuple(levels)), scene, self.OP)


@dataclass(frozen=True, slots=True)
class Reverse(Operation):
    """Play a clip's window backwards, or forwards again."""

    OP: ClassVar[str] = "reverse"
    shot: str = field(metadata=of_kind(SHOT))
    backwards: bool = field(default=True, metadata=of_kind(Flag()))

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        return _handles(timeline, self.shot, self.OP)

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index, source = _clip(timeline, self.shot, self.OP)
        turned = replace(source, is_reversed=self.backwards)
        return _settled(timeline, index, turned, scene, self.OP)


def evenly(shot: Shot, speed: Fraction) -> Shot:
    """The shot at one speed throughout."""
    if isinstance(shot.source, Footage):
        return replace(shot, source=replace(shot.source, speed=speed, levels=()))
    return replace(shot, source=replace(shot.source, speed=speed))


def check_plays_evenly(shot: Shot, op: str) -> None:
    """Raises `InvalidInput` for a shot whose speed changes, which cannot be cut in two."""
    if isinstance(shot.source, Footage) and shot.source.levels:
        raise InvalidInput(
            f"{op}: shot {shot.id} changes its speed inside; expected a shot of one speed "
            "(set_speed makes it one)"
        )


def _handles(timeline: Timeline, name: str, op: str) -> list[str]:
    shot = timeline.shots[open_shot_index(timeline, name, op)]
    return [shot.source.handle] if is_clip(shot.source) else []


def _clip(timeline: Timeline, name: str, op: str) -> tuple[int, Footage]:
    """The shot's place and its clip; raises `InvalidInput` for one whose time may not change."""
    index = open_shot_index(timeline, name, op)
    shot = timeline.shots[index]
    source = shot.source
    if not isinstance(source, Footage):
        raise InvalidInput(f"{op}: shot {shot.id} is generated; expected a shot of a clip")
    if not is_clip(source):
        raise InvalidInput(
            f"{op}: shot {shot.id} shows the photo @{source.handle}, which has no time; expected "
            "a shot of a clip (set_move moves the camera)"
        )
    roles = next((item.roles for item in timeline.references if item.handle == source.handle), ())
    is_take = any(item.handle == source.handle for item in timeline.performances)
    if is_take or any(role in _IN_TIME for role in roles):
        raise InvalidInput(
            f"{op}: shot {shot.id} shows @{source.handle}, which is in time with its sound; "
            "expected a shot that nobody performs or talks in"
        )
    return index, source


def _frame_in(shot: Shot, wanted: int | None, op: str) -> int:
    """A frame with room before and after it: the wanted one, else the strongest accent's."""
    if wanted is not None and not 0 < wanted < shot.frames - 1:
        raise InvalidInput(
            f"{op}: frame {wanted} is not inside shot {shot.id} of {shot.frames} frames; "
            f"expected 1 to {shot.frames - 2}"
        )
    if wanted is not None:
        return wanted
    inside = [accent for accent in shot.accents if 2 < accent.frame < shot.frames - 2]
    if not inside:
        return shot.frames // 2
    return max(inside, key=lambda accent: (accent.strength, -accent.frame)).frame


def _levelled(source: Footage, levels: tuple[SpeedLevel, ...]) -> Footage:
    return replace(source, speed=mean_speed(levels), levels=levels)


def _settled(timeline: Timeline, index: int, source: Footage, scene: Scene, op: str) -> Timeline:
    changed = replace(timeline.shots[index], source=source)
    return settle(timeline, with_shot(timeline, index, changed).shots, scene, op)
