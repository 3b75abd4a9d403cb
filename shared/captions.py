"""Type in a film, as intended: captions that follow the sound, titles that belong to a place.

Captions are in film frames, for what is said does not move when shots do. What a shot is asked to
draw is a `shared.lettering.Lettering`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from shared.errors import InvalidInput


class CaptionDelivery(StrEnum):
    """Where captions go: into the picture, into files beside the film, both, or nowhere."""

    OFF = "off"
    FILES = "files"
    BURNED = "burned"
    BOTH = "both"

    @property
    def is_burned(self) -> bool:
        """Whether the picture shows them."""
        return self in (CaptionDelivery.BURNED, CaptionDelivery.BOTH)

    @property
    def has_files(self) -> bool:
        """Whether captions.srt and captions.vtt are written."""
        return self in (CaptionDelivery.FILES, CaptionDelivery.BOTH)


class CaptionStyle(StrEnum):
    """How burned captions look: to be read, to be sung along, or to be watched."""

    CAPTION = "caption"
    KARAOKE = "karaoke"
    KINETIC = "kinetic"


class Place(StrEnum):
    """Where in the safe area type stands."""

    BOTTOM = "bottom"
    TOP = "top"
    CENTER = "center"
    LEFT = "left"
    RIGHT = "right"


class Backing(StrEnum):
    """What keeps type legible: a soft shadow, an outline, a plate, or a darkened surrounding."""

    SHADOW = "shadow"
    OUTLINE = "outline"
    PLATE = "plate"
    SCRIM = "scrim"


@dataclass(frozen=True, slots=True)
class CueWord:
    """A word with the frames in which it is said, from `start_frame` up to `end_frame`."""

    text: str
    start_frame: int
    end_frame: int


@dataclass(frozen=True, slots=True)
class Caption:
    """One cue, on screen from the film frame `start_frame` for `frames` frames.

    `words` are those of the lines in order, counted from the cue's first frame; empty where nobody
    knows when they are said.
    """

    id: str
    start_frame: int
    frames: int
    lines: tuple[str, ...]
    words: tuple[CueWord, ...] = ()
    place: Place = Place.BOTTOM
    backing: Backing = Backing.PLATE

    def __post_init__(self) -> None:
        if self.frames < 1 or not any(self.lines):
            raise InvalidInput(
                f"cue {self.id} has {self.frames} frames and {len(self.lines)} lines; expected at "
                "least one of each"
            )

    @property
    def end_frame(self) -> int:
        """The first film frame without it."""
        return self.start_frame + self.frames

    @property
    def text(self) -> str:
        """Its lines as one."""
        return " ".join(self.lines)


class TitleKind(StrEnum):
    """What a title is for."""

    TITLE = "title"
    LOWER_THIRD = "lower_third"
    LEGAL = "legal"
    END_CARD = "end_card"


class Anchor(StrEnum):
    """What a title's first frame is counted from."""

    START = "start"
    END = "end"
    SHOT = "shot"


@dataclass(frozen=True, slots=True)
class Title:
    """Type that is not spoken, on screen for `frames` frames.

    It begins `offset_frames` after the film's start or the start of `shot`, or before the film's
    end. `lines` are the headline, `details` what is smaller below it, `legal` an end card's small
    print. It comes to rest `enter_frames` after its first frame: on a beat, where there is one.
    """

    id: str
    kind: TitleKind
    lines: tuple[str, ...]
    frames: int
    anchor: Anchor = Anchor.START
    offset_frames: int = 0
    shot: str | None = None
    details: tuple[str, ...] = ()
    legal: tuple[str, ...] = ()
    enter_frames: int = 0
    place: Place = Place.CENTER
    backing: Backing = Backing.SHADOW

    def __post_init__(self) -> None:
        if self.frames < 1:
            raise InvalidInput(f"title {self.id} has {self.frames} frames; expected at least 1")
        if (self.shot is None) == (self.anchor is Anchor.SHOT):
            raise InvalidInput(
                f"title {self.id} is anchored to {self.anchor} with shot {self.shot}; expected a "
                "shot for that anchor alone"
            )


@dataclass(frozen=True, slots=True)
class TitleWish:
    """A title as it is asked for; what is None is chosen.

    `details` is the smaller line, `legal` the small print of an end card. It begins at
    `at_seconds` of the film, or in the first shot of the reference `on`; an end card ends the film.
    """

    kind: TitleKind
    text: str
    details: str = ""
    legal: str = ""
    at_seconds: Fraction | None = None
    seconds: Fraction | None = None
    on: str | None = None
