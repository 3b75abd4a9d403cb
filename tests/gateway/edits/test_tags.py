"""`tag` and `untag`: what cutdowns keep."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.gateway.build_plan import delivery_of, planned_clips
from services.gateway.edits.tags import shot_tags
from shared.brief import Role
from shared.captions import Title, TitleKind
from shared.errors import InvalidInput
from shared.schema import from_json, to_json
from shared.shot import Tag
from shared.timeline import Timeline
from tests.gateway.edits.scenes import edited, film
from tests.shared.typed import brand


def test_tags_follow_from_place_roles_and_card() -> None:
    handle = film().shots[2].source.handle
    references = tuple(
        replace(item, roles=(Role.PRODUCT,)) if item.handle == handle else item
        for item in film().references
    )
    card = Title("t1", TitleKind.END_CARD, ("End",), 60)
    timeline = replace(film(), references=references, titles=(card,), brand=brand())
    tags = shot_tags(timeline)
    assert Tag.HOOK in tags[0]
    assert Tag.END_CARD in tags[-1]
    product = [index for index, found in enumerate(tags) if Tag.PRODUCT in found]
    longest = max(s.frames for s in film().shots if s.source.handle == handle)
    assert [film().shots[index].frames for index in product] == [longest]
    assert shot_tags(film())[-1] == ()


def test_a_tag_is_added_to_what_followed_and_can_be_taken_off() -> None:
    tagged = edited(film(), "tag", shot="#1", tag="must")
    assert shot_tags(tagged)[0] == (Tag.HOOK, Tag.MUST)
    without = edited(edited(tagged, "untag", shot="#1", tag="hook"), "untag", shot="#1", tag="must")
    assert shot_tags(without)[0] == ()
    assert from_json(Timeline, to_json(tagged)) == tagged


def test_a_tag_renders_nothing_and_is_given_to_locked_shots() -> None:
    locked = edited(film(), "lock", shot="#2")
    tagged = edited(locked, "tag", shot="#2", tag="must")
    delivery = delivery_of(film(), draft=False)
    assert planned_clips(tagged, delivery) == planned_clips(film(), delivery)


def test_what_is_there_already_or_not_there_is_refused() -> None:
    with pytest.raises(InvalidInput, match="is tagged hook already"):
        edited(film(), "tag", shot="#1", tag="hook")
    with pytest.raises(InvalidInput, match="is not tagged must; its tags: hook"):
        edited(film(), "untag", shot="#1", tag="must")
