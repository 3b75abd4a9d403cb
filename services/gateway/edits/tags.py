"""`tag` and `untag`: what a shot is to the film's shorter versions. Nothing is rendered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar

from services.gateway.edits.fields import SHOT, Choice, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.place import shot_index, with_shot
from services.gateway.edits.scene import Scene
from shared.brief import Role
from shared.captions import TitleKind
from shared.errors import InvalidInput
from shared.shot import Tag
from shared.timeline import Timeline


@dataclass(frozen=True, slots=True)
class TagShot(Operation):
    """Say what a shot is, so that cutdowns keep it."""

    OP: ClassVar[str] = "tag"
    shot: str = field(metadata=of_kind(SHOT))
    tag: Tag = field(metadata=of_kind(Choice(Tag)))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = shot_index(timeline, self.shot, self.OP)
        tags = shot_tags(timeline)[index]
        if self.tag in tags:
            raise InvalidInput(f"tag: shot {timeline.shots[index].id} is tagged {self.tag} already")
        return _with_tags(timeline, index, (*tags, self.tag))


@dataclass(frozen=True, slots=True)
class UntagShot(Operation):
    """Take a tag off a shot."""

    OP: ClassVar[str] = "untag"
    shot: str = field(metadata=of_kind(SHOT))
    tag: Tag = field(metadata=of_kind(Choice(Tag)))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = shot_index(timeline, self.shot, self.OP)
        tags = shot_tags(timeline)[index]
        if self.tag not in tags:
            listed = ", ".join(tags) or "none"
            raise InvalidInput(
                f"untag: shot {timeline.shots[index].id} is not tagged {self.tag}; its tags: "
                f"{listed}"
            )
        return _with_tags(timeline, index, tuple(tag for tag in tags if tag is not self.tag))


def shot_tags(timeline: Timeline) -> tuple[tuple[Tag, ...], ...]:
    """The tags of every shot, in order: those it was given, else those that follow.

    The first shot is the hook; the longest one of product references is `product` (where every
    shot shows it, that is no reason to keep them all); the one under an end card is `end_card`.
    """
    product = _product_shot(timeline)
    has_card = any(title.kind is TitleKind.END_CARD for title in timeline.titles)
    last = len(timeline.shots) - 1
    found = []
    for index, shot in enumerate(timeline.shots):
        if shot.tags is not None:
            found.append(shot.tags)
            continue
        follows = {
            Tag.HOOK: index == 0,
            Tag.PRODUCT: index == product,
            Tag.END_CARD: has_card and index == last,
        }
        found.append(tuple(tag for tag, is_so in follows.items() if is_so))
    return tuple(found)


def _product_shot(timeline: Timeline) -> int | None:
    handles = {item.handle for item in timeline.references if Role.PRODUCT in item.roles}
    showing = [i for i, shot in enumerate(timeline.shots) if shot.source.handle in handles]
    return max(showing, key=lambda index: (timeline.shots[index].frames, -index), default=None)


def _with_tags(timeline: Timeline, index: int, tags: tuple[Tag, ...]) -> Timeline:
    ordered = tuple(tag for tag in Tag if tag in tags)
    return with_shot(timeline, index, replace(timeline.shots[index], tags=ordered))
