"""Type as a segment is asked to draw it: text, fonts, frames and place, nothing about the film."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.brand import Brand
from shared.captions import Backing, CueWord, Place
from shared.errors import InvalidInput

MAX_LINES, MAX_CHARACTERS = 12, 400


class LetteringKind(StrEnum):
    """How a piece of type is set and how it moves."""

    CAPTION = "caption"
    KARAOKE = "karaoke"
    KINETIC = "kinetic"
    TITLE = "title"
    LOWER_THIRD = "lower_third"
    LEGAL = "legal"
    END_CARD = "end_card"


@dataclass(frozen=True, slots=True)
class SafeBox:
    """The part of the picture in which type may stand: margins in shares of its sides."""

    left: float = 0.05
    top: float = 0.05
    right: float = 0.05
    bottom: float = 0.05

    def __post_init__(self) -> None:
        across, down = self.left + self.right, self.top + self.bottom
        sides = (self.left, self.top, self.right, self.bottom)
        if min(sides) < 0 or across >= 0.8 or down >= 0.8:
            raise InvalidInput(f"margins {sides} leave no room for type; expected shares below 0.4")


@dataclass(frozen=True, slots=True)
class Lettering:
    """One piece of type on the frames from `start_frame` up to `end_frame`.

    Frames are counted from the shot's first (of a transition, from its first) and may lie outside
    of it: then the type was there before, or stays after. It comes to rest `enter_frames` after
    its first frame and goes in its last `leave_frames`. `words` are those of `lines` in order, in
    the same frames; kinetic type and karaoke follow them. Where the type before it ends as this
    begins, `joins_before` keeps what is behind both from fading; `joins_after` likewise.
    """

    kind: LetteringKind
    lines: tuple[str, ...]
    start_frame: int
    end_frame: int
    brand: Brand
    details: tuple[str, ...] = ()
    legal: tuple[str, ...] = ()
    words: tuple[CueWord, ...] = ()
    enter_frames: int = 0
    leave_frames: int = 0
    place: Place = Place.BOTTOM
    backing: Backing = Backing.SHADOW
    joins_before: bool = False
    joins_after: bool = False
    safe: SafeBox = SafeBox()

    def __post_init__(self) -> None:
        if self.start_frame >= self.end_frame:
            raise InvalidInput(
                f"type from frame {self.start_frame} to {self.end_frame}; expected at least one"
            )
        texts = (*self.lines, *self.details, *self.legal)
        if len(texts) > MAX_LINES or sum(map(len, texts)) > MAX_CHARACTERS:
            raise InvalidInput(
                f"{len(texts)} lines of type with {sum(map(len, texts))} characters; expected at "
                f"most {MAX_LINES} with {MAX_CHARACTERS}"
            )
        spoken = [word.text for word in self.words]
        if spoken and spoken != " ".join(self.lines).split():
            raise InvalidInput(f"words {spoken} are not those of the lines {list(self.lines)}")
