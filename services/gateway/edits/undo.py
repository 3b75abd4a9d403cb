"""`undo`: go back to the revision before this one. Nothing is rendered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from services.gateway.edits.operation import Operation
from services.gateway.edits.scene import Scene
from shared.errors import InvalidInput
from shared.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Undo(Operation):
    """The parent revision exactly as it was, so that its Build holds for it."""

    OP: ClassVar[str] = "undo"

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        if scene.parent is None:
            raise InvalidInput("undo: this film is the first revision; there is nothing to undo")
        return scene.parent
