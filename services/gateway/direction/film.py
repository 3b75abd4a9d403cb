"""The film that is directed: what words about shots, sections and sources can refer to."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from services.gateway.edits.place import is_picture, pictures_listed
from services.gateway.music import Music
from shared.brief import MediaKind, Reference
from shared.errors import NotFound
from shared.shot import Shot
from shared.sync_map import SyncMap
from shared.timeline import Timeline
from shared.timing import frame_at_seconds


@dataclass(frozen=True, slots=True)
class Film:
    """A timeline with what was heard; `spoken_of` are the shots of the wish before, by id.

    `stretches` are those of the wish before, where it was about a section or span of the film, as
    (label if that says it all, first frame, one after the last). `locked` are the ids that are
    locked, by wishes before in the same text as well.
    """

    timeline: Timeline
    sync_map: SyncMap | None = None
    spoken_of: tuple[str, ...] = ()
    locked: frozenset[str] = frozenset()
    stretches: tuple[tuple[str | None, int, int], ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all shots in order."""
        return tuple(shot.id for shot in self.timeline.shots)

    def shot(self, shot_id: str) -> Shot:
        """The shot with an id that the film has."""
        return self.timeline.shots[self.ids.index(shot_id)]

    def number(self, shot_id: str) -> int:
        """The place of a shot, 1 is the first."""
        return self.ids.index(shot_id) + 1

    def nth(self, number: int) -> str:
        """The id of the shot at a place; raises `NotFound`."""
        count = len(self.ids)
        if not 1 <= number <= count:
            raise NotFound(f"no shot {number}; the film has shots 1 to {count}")
        return self.ids[number - 1]

    def picture(self, handle: str) -> Reference:
        """The clip or photo with a handle, whatever its case; raises `NotFound`."""
        wanted = handle.removeprefix("@").lower()
        for reference in self.timeline.references:
            if reference.handle.lower() == wanted and is_picture(reference):
                return reference
        raise NotFound(f"no clip or photo @{wanted}; the film has {pictures_listed(self.timeline)}")

    def is_clip(self, shot_id: str) -> bool:
        """Whether a shot shows a clip, which has a speed."""
        return self.shot(shot_id).source.kind is MediaKind.VIDEO

    def frames(self, seconds: Fraction) -> int:
        """A length in frames, at least one."""
        return max(1, frame_at_seconds(seconds, self.timeline.frame_rate))

    def frames_at(self, seconds: Fraction) -> int:
        """The frame nearest to a time of the film."""
        return frame_at_seconds(seconds, self.timeline.frame_rate)

    def beat_frames(self, count: Fraction) -> int:
        """The length of so many beats in frames; raises `NotFound` without a tempo."""
        tempo = self.sync_map.tempo_bpm if self.sync_map else None
        if not tempo:
            raise NotFound("no beat was heard in this film; expected seconds or frames instead")
        return self.frames(Fraction(60) * count / Fraction(tempo).limit_denominator(1000))

    @property
    def music(self) -> Music:
        """The music in film frames."""
        sound = self.timeline.sound
        start = sound.start_sample if sound else 0
        return Music(self.sync_map if sound else None, start, self.timeline.frame_rate)

    def sections(self) -> list[tuple[str, int, int]]:
        """(label, first frame, one after the last) of every section that the film plays."""
        found = []
        for section in self.music.sync_map.sections if self.music.sync_map else ():
            first = max(0, self.music.frame(section.start_sample))
            end = min(self.timeline.frame_count, self.music.frame(section.end_sample))
            if first < end:
                found.append((section.label, first, end))
        return found
