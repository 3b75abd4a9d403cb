"""`set_accent_look`: what a shot's picture does on its beats. The shot is rendered again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar

from services.gateway.edits.fields import SHOT, Choice, Number, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.place import open_shot_index, with_shot
from services.gateway.edits.scene import Scene, music_of
from services.gateway.looks import looks_on
from services.gateway.music import accents_between
from shared.errors import InvalidInput
from shared.shot import AccentLookKind
from shared.timeline import Timeline


class LookChoice(StrEnum):
    """A kind of accent, or none."""

    NONE = "none"
    PUNCH_IN = "punch_in"
    SHAKE = "shake"
    FLASH = "flash"


@dataclass(frozen=True, slots=True)
class SetAccentLook(Operation):
    """Strike the picture on the beats of a shot, as hard as each beat; or no more.

    `strength` is of the strongest beat, 0.6 if not given. Beats too close to a stronger one are
    passed over.
    """

    OP: ClassVar[str] = "set_accent_look"
    HEARS: ClassVar[bool] = True
    shot: str = field(metadata=of_kind(SHOT))
    kind: LookChoice = field(metadata=of_kind(Choice(LookChoice)))
    strength: float = field(default=0.6, metadata=of_kind(Number(0.05, 1.0)))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        shot, start = timeline.shots[index], timeline.start_frames()[index]
        if self.kind is LookChoice.NONE:
            return with_shot(timeline, index, replace(shot, looks=()))
        beats = music_of(timeline, scene.sync_map).beats(timeline.frame_count)
        rate = timeline.frame_rate
        accents = accents_between(beats, start, start + shot.frames, rate)
        if not accents:
            raise InvalidInput(
                f"set_accent_look: no beat falls inside shot {shot.id}; expected a longer shot, "
                "or one under music"
            )
        kind = AccentLookKind(self.kind.value)
        looks = looks_on(accents, kind, self.strength, rate, timeline.seed)
        return with_shot(timeline, index, replace(shot, looks=looks))
