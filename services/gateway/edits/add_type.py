"""`add_title`, `add_logo`, `remove_logo`: type and a mark that the film did not have.

The shots that show them are rendered again, nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import ClassVar

from services.gateway.edits.captions import unlocked
from services.gateway.edits.fields import HANDLE, SHOT, Choice, Exact, Number, Text, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.place import picture_named, shot_index
from services.gateway.edits.scene import Scene
from services.gateway.titles import planned_titles
from shared.brand import Corner
from shared.brief import MediaKind
from shared.captions import Backing, Place, TitleKind, TitleWish
from shared.corner_logo import MIN_OPACITY, CornerLogo
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.timeline import Timeline

_WORDS = Text(re.compile(r"(?=.*\S)[^\x00-\x09\x0b-\x1f]{1,300}", re.S), "1 to 300 characters")
_SHOTS = Text(
    re.compile(rf"(?:{SHOT.pattern.pattern})(?:\s*,\s*(?:{SHOT.pattern.pattern}))*"),
    'ids of shots with commas between ("s3-ab2cd, #4")',
)


@dataclass(frozen=True, slots=True)
class AddTitle(Operation):
    """A title, lower third, small print or end card, timed and placed as a brief's would be.

    It begins at `at_seconds` of the film, or in the first shot of the reference `on`.
    """

    OP: ClassVar[str] = "add_title"
    HEARS: ClassVar[bool] = True
    NEEDS_BRAND: ClassVar[bool] = True
    text: str = field(metadata=of_kind(_WORDS))
    kind: TitleKind = field(default=TitleKind.TITLE, metadata=of_kind(Choice(TitleKind)))
    details: str | None = field(default=None, metadata=of_kind(_WORDS))
    legal: str | None = field(default=None, metadata=of_kind(_WORDS))
    at_seconds: Fraction | None = field(default=None, metadata=of_kind(Exact(0, 3600)))
    seconds: Fraction | None = field(default=None, metadata=of_kind(Exact(0.2, 3600)))
    on: str | None = field(default=None, metadata=of_kind(HANDLE))
    place: Place | None = field(default=None, metadata=of_kind(Choice(Place)))
    backing: Backing | None = field(default=None, metadata=of_kind(Choice(Backing)))

    def check(self) -> None:
        if self.on is not None and self.at_seconds is not None:
            raise InvalidInput("add_title: expected either on or at_seconds")
        is_card = self.kind is TitleKind.END_CARD
        if self.legal is not None and not is_card:
            raise InvalidInput(f"add_title: a {self.kind} has no legal; expected an end_card")
        if is_card and (self.on is not None or self.at_seconds is not None):
            raise InvalidInput("add_title: an end_card ends the film; expected no on or at_seconds")

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        if self.kind is TitleKind.END_CARD and any(t.kind is self.kind for t in timeline.titles):
            raise InvalidInput("add_title: the film has an end card; expected another kind")
        branded = replace(timeline, brand=timeline.brand or scene.brand)
        wish = TitleWish(
            self.kind,
            self.text,
            self.details or "",
            self.legal or "",
            self.at_seconds,
            self.seconds,
            self.on,
        )
        (title,) = planned_titles([wish], branded, scene.sync_map)
        title = replace(
            title,
            id=_next_id(timeline),
            place=self.place or title.place,
            backing=self.backing or title.backing,
        )
        return unlocked(timeline, replace(branded, titles=(*timeline.titles, title)), self.OP)


@dataclass(frozen=True, slots=True)
class AddLogo(Operation):
    """A logo in a corner, over the whole film or some shots; another one takes its place.

    It is the photo `source`, else the brand's logo; its clear space and the safe area of the
    film's aspect stay free.
    """

    OP: ClassVar[str] = "add_logo"
    source: str | None = field(default=None, metadata=of_kind(HANDLE))
    corner: Corner = field(default=Corner.TOP_RIGHT, metadata=of_kind(Choice(Corner)))
    shots: str | None = field(default=None, metadata=of_kind(_SHOTS))
    opacity: float | None = field(default=None, metadata=of_kind(Number(MIN_OPACITY, 1.0)))
    clear_space: float | None = field(default=None, metadata=of_kind(Number(0.0, 2.0)))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        names = [name.strip() for name in (self.shots or "").split(",") if name.strip()]
        ids = {timeline.shots[shot_index(timeline, name, self.OP)].id for name in names}
        brands = timeline.brand.logo_clear_space if timeline.brand else 0.5
        logo = CornerLogo(
            self._image(timeline),
            self.corner,
            tuple(shot.id for shot in timeline.shots if shot.id in ids),
            1.0 if self.opacity is None else self.opacity,
            brands if self.clear_space is None else self.clear_space,
        )
        return unlocked(timeline, replace(timeline, corner_logo=logo), self.OP)

    def _image(self, timeline: Timeline) -> Digest:
        if self.source is not None:
            reference = picture_named(timeline, self.source, self.OP)
            if reference.kind is not MediaKind.IMAGE:
                raise InvalidInput(f"add_logo: @{reference.handle} is a clip; expected a photo")
            return reference.blob
        if timeline.brand is None or timeline.brand.logo is None:
            raise InvalidInput("add_logo: the film's brand has no logo; expected a source")
        return timeline.brand.logo


@dataclass(frozen=True, slots=True)
class RemoveLogo(Operation):
    """Take the logo out of the corner."""

    OP: ClassVar[str] = "remove_logo"

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        if timeline.corner_logo is None:
            raise InvalidInput("remove_logo: the film has no logo in a corner")
        return unlocked(timeline, replace(timeline, corner_logo=None), self.OP)


def _next_id(timeline: Timeline) -> str:
    numbers = [int(title.id.removeprefix("t")) for title in timeline.titles]
    return f"t{max(numbers, default=0) + 1}"
