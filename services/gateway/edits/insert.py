"""`insert`: put another shot between two.

The new shot and those that give it room are rendered; with ripple the new shot alone, and every
later shot whose accents are elsewhere now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from services.gateway.edits.fields import HANDLE, SHOT, Flag, Whole, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.overlap import minimum_frames, overlaps
from services.gateway.edits.place import clips_near, picture_named, shot_index
from services.gateway.edits.scene import Scene, music_of
from services.gateway.edits.settle import settle
from services.gateway.edits.source import fill
from services.gateway.edits.trim import move_end, move_start, spare_frames, too_short
from services.gateway.look.film_look import film_look
from shared.errors import InvalidInput
from shared.shot import Footage, Shot, new_shot_id
from shared.timeline import Timeline

MAX_FRAMES = 1_000_000
MAX_BEATS = 256


@dataclass(frozen=True, slots=True)
class Insert(Operation):
    """A new shot after or before another, showing the best window of a source not shown yet.

    The neighbour on the other side gives the room, then the named shot; with `ripple` what follows
    moves and the film gets longer. `beats` counts from the beat nearest to the cut.
    """

    OP: ClassVar[str] = "insert"
    HEARS: ClassVar[bool] = True
    source: str = field(metadata=of_kind(HANDLE))
    after: str | None = field(default=None, metadata=of_kind(SHOT))
    before: str | None = field(default=None, metadata=of_kind(SHOT))
    frames: int | None = field(default=None, metadata=of_kind(Whole(1, MAX_FRAMES)))
    beats: int | None = field(default=None, metadata=of_kind(Whole(1, MAX_BEATS)))
    ripple: bool = field(default=False, metadata=of_kind(Flag()))

    def check(self) -> None:
        self.needs_only_one_of("after", "before")
        self.needs_only_one_of("frames", "beats")

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        source = picture_named(timeline, self.source, self.OP)
        return [source.handle, *clips_near(timeline, self._named(timeline))]

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        from services.gateway.edits.recast import Opening

        reference = picture_named(timeline, self.source, self.OP)
        cut = self._named(timeline) + (self.after is not None)
        frames = self.frames
        if frames is None:
            frames = self._frames_of_beats(timeline, scene, cut)
        shots = list(timeline.shots) if self.ripple else self._room(timeline, cut, frames)
        new = Shot(
            id=new_shot_id(timeline.seed, timeline.next_shot_number),
            frames=frames,
            source=Footage(reference.handle, reference.blob, reference.kind),
            grade=film_look(timeline.shots),
        )
        shots.insert(cut, new)
        around = overlaps(shots, timeline.transitions)[new.id]
        if frames < (minimum := minimum_frames(around, timeline.frame_rate)):
            raise too_short(self.OP, new.id, frames, minimum)
        shots[cut] = fill(Opening(timeline, tuple(shots), cut, around), scene, reference, self.OP)
        number = timeline.next_shot_number + 1
        return settle(timeline, shots, scene, self.OP, next_shot_number=number)

    def _named(self, timeline: Timeline) -> int:
        return shot_index(timeline, self.after or self.before or "", self.OP)

    def _frames_of_beats(self, timeline: Timeline, scene: Scene, cut: int) -> int:
        """From the beat nearest to the cut so many on, or back where the room before it is used."""
        place = (*timeline.start_frames(), timeline.frame_count)[cut]
        beats = _beats(timeline, scene)
        is_back = self.before is not None and cut > 0 and not self.ripple
        number = self.beats or 0
        if beats:
            nearest = min(range(len(beats)), key=lambda index: abs(beats[index] - place))
            wanted = nearest - number if is_back else nearest + number
            if 0 <= wanted < len(beats):
                return abs(beats[wanted] - place)
        raise InvalidInput(
            f"insert: no {number} beats were heard {'before' if is_back else 'after'} frame "
            f"{place}; expected frames instead"
        )

    def _room(self, timeline: Timeline, cut: int, frames: int) -> list[Shot]:
        """The shots with room for the new one, taken from its neighbours."""
        shots = list(timeline.shots)
        spare = [0, 0]
        if cut > 0:
            spare[0] = spare_frames(timeline, cut - 1)
        if cut < len(shots) and not shots[cut].is_pinned:
            spare[1] = spare_frames(timeline, cut)
        if frames > sum(spare):
            raise InvalidInput(
                f"insert: {frames} frames are needed, the shots before and after can give "
                f"{spare[0]} and {spare[1]}; expected fewer, or ripple"
            )
        from_after = (
            min(frames, spare[1]) if self.after is not None else frames - min(frames, spare[0])
        )
        if frames > from_after:
            shots[cut - 1] = move_end(shots[cut - 1], from_after - frames, self.OP)
        if from_after:
            shots[cut] = move_start(shots[cut], from_after, timeline.frame_rate, self.OP)
        return shots


def _beats(timeline: Timeline, scene: Scene) -> list[int]:
    """Film frames of all beats, and of those of the song after the film's end."""
    music = music_of(timeline, scene.sync_map)
    left = music.frames_left(timeline.frame_count) or 0
    return [frame for frame, _ in music.beats(timeline.frame_count + max(0, left) + 1)]
