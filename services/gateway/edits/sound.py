"""`set_clip_sound`, `set_sound_lead`: a clip's own sound. Only the soundtrack is made anew."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar

from services.gateway.edits.fields import SHOT, Choice, Whole, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.place import open_shot_index, with_shot
from services.gateway.edits.scene import Scene
from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.shot import Footage, Shot
from shared.soundtrack import MAX_SPLIT_FRAMES, ClipSound
from shared.timeline import Timeline


@dataclass(frozen=True, slots=True)
class SetClipSound(Operation):
    """How much of a shot's own sound is heard: off, under the song, or full, in front of it."""

    OP: ClassVar[str] = "set_clip_sound"
    shot: str = field(metadata=of_kind(SHOT))
    level: ClipSound = field(metadata=of_kind(Choice(ClipSound)))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        shot = _clip(timeline.shots[index], self.OP)
        return with_shot(
            timeline, index, replace(shot, sound=replace(shot.sound, level=self.level))
        )


@dataclass(frozen=True, slots=True)
class SetSoundLead(Operation):
    """Let a shot's sound begin before its picture (a J cut), or go on after it (an L cut).

    Below 0 it begins after its picture, or ends before it. What is not given stays.
    """

    OP: ClassVar[str] = "set_sound_lead"
    shot: str = field(metadata=of_kind(SHOT))
    lead_frames: int | None = field(
        default=None, metadata=of_kind(Whole(-MAX_SPLIT_FRAMES, MAX_SPLIT_FRAMES))
    )
    tail_frames: int | None = field(
        default=None, metadata=of_kind(Whole(-MAX_SPLIT_FRAMES, MAX_SPLIT_FRAMES))
    )

    def check(self) -> None:
        self.needs_one_of("lead_frames", "tail_frames")

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        shot = _clip(timeline.shots[index], self.OP)
        if shot.sound.level is ClipSound.OFF:
            raise InvalidInput(
                f"{self.OP}: the sound of shot {shot.id} is off; set_clip_sound turns it on"
            )
        sound = shot.sound
        lead = sound.lead_frames if self.lead_frames is None else self.lead_frames
        tail = sound.tail_frames if self.tail_frames is None else self.tail_frames
        if shot.frames + lead + tail < 1:
            raise InvalidInput(
                f"{self.OP}: shot {shot.id} has {shot.frames} frames; of its sound "
                f"{shot.frames + lead + tail} would be left, expected at least 1"
            )
        sound = replace(sound, lead_frames=lead, tail_frames=tail)
        return with_shot(timeline, index, replace(shot, sound=sound))


def _clip(shot: Shot, op: str) -> Shot:
    source = shot.source
    if not isinstance(source, Footage) or source.kind is not MediaKind.VIDEO:
        named = f"@{source.handle}" if isinstance(source, Footage) else "what was generated"
        raise InvalidInput(
            f"{op}: shot {shot.id} shows {named}, which has no sound; expected a shot of a clip"
        )
    return shot
