"""`adjust_grade`: the whole film or a section a little warmer, darker, flatter.

The shots meant are rendered again, nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar

from services.gateway.edits.fields import Number, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.scene import Scene
from services.gateway.edits.section import Section, SectionKind, shots_inside
from shared.errors import Conflict
from shared.shot import Grade
from shared.timeline import Timeline

# What each quality can be in the end.
RANGES = {
    "exposure_stops": (-2.0, 2.0),
    "contrast": (0.0, 2.0),
    "saturation": (0.0, 2.0),
    "warmth": (-1.0, 1.0),
}
_DECIMALS = 4
_CHANGE = Number(-2.0, 2.0)


@dataclass(frozen=True, slots=True)
class AdjustGrade(Operation):
    """Add to the grade of every open shot, or of those that lie mostly in a section.

    Locked shots are left out; what would leave a quality's range stops at its end.
    """

    OP: ClassVar[str] = "adjust_grade"
    HEARS: ClassVar[bool] = True
    section: Section | None = field(default=None, metadata=of_kind(SectionKind()))
    exposure_stops: float | None = field(default=None, metadata=of_kind(_CHANGE))
    contrast: float | None = field(default=None, metadata=of_kind(_CHANGE))
    saturation: float | None = field(default=None, metadata=of_kind(_CHANGE))
    warmth: float | None = field(default=None, metadata=of_kind(_CHANGE))

    def check(self) -> None:
        self.needs_one_of(*RANGES)

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        meant = shots_inside(self.section, timeline, scene.sync_map, self.OP)
        if all(timeline.shots[index].is_locked for index in meant):
            raise Conflict(f"{self.OP}: every shot there is locked; unlock one first")
        shots = tuple(
            replace(shot, grade=self._added(shot.grade))
            if index in meant and not shot.is_locked
            else shot
            for index, shot in enumerate(timeline.shots)
        )
        return replace(timeline, shots=shots)

    def _added(self, grade: Grade) -> Grade:
        changed = {}
        for name, (low, high) in RANGES.items():
            change = getattr(self, name)
            if change is not None:
                value = round(getattr(grade, name) + change, _DECIMALS)
                changed[name] = min(high, max(low, value))
        return replace(grade, **changed)
