"""Titles and a logo that the film did not have: where a brief's would be, and seen nowhere else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.gateway.build_plan import delivery_of, planned_clips
from services.gateway.edits.parse import parse_operation
from services.gateway.edits.scene import Scene
from shared.brand import Corner
from shared.brief import MediaKind, Reference
from shared.captions import Anchor, Backing, Place, TitleKind
from shared.digest import Digest
from shared.errors import Conflict, InvalidInput
from shared.timeline import Timeline, Transition, TransitionKind
from tests.gateway.typed_film import PHOTO, title, typed_timeline
from tests.shared.typed import brand

LOGO = Digest.of_bytes(b"logo")
REFERENCES = (
    Reference("photo", MediaKind.IMAGE, PHOTO),
    Reference("mark", MediaKind.IMAGE, LOGO),
    Reference("ride", MediaKind.VIDEO, Digest.of_bytes(b"ride")),
)


def film(**fields: Any) -> Timeline:
    return typed_timeline(references=REFERENCES, **fields)


def edited(timeline: Timeline, op: str, **fields: Any) -> Timeline:
    return parse_operation({"op": op, **fields}).apply_to(timeline, Scene(brand=brand()))


def rendered(before: Timeline, after: Timeline) -> list[str]:
    """The shots whose requests have changed."""
    clips = zip(
        planned_clips(before, delivery_of(before, draft=False)),
        planned_clips(after, delivery_of(after, draft=False)),
        strict=True,
    )
    return [one.shot_id for one, other in clips if one.request != other.request]


def test_a_title_is_added_at_its_time_and_its_shot_alone_is_rendered() -> None:
    before = film()
    after = edited(before, "add_title", text="Two words", at_seconds=2.5, seconds=1)
    (added,) = after.titles
    assert (added.id, added.lines, added.anchor) == ("t1", ("Two words",), Anchor.START)
    assert added.offset_frames == 75
    assert rendered(before, after) == ["s2-aaaaa"]


def test_ids_are_new_and_placing_is_kept() -> None:
    before = film(titles=(replace(title(), id="t4"),))
    after = edited(before, "add_title", text="Next", place="top", backing="plate")
    assert [item.id for item in after.titles] == ["t4", "t5"]
    assert (after.titles[1].place, after.titles[1].backing) == (Place.TOP, Backing.PLATE)


def test_a_name_stands_on_the_shot_of_its_reference() -> None:
    fields = {"text": "Ana", "details": "Baker", "kind": "lower_third", "on": "@photo"}
    (added,) = edited(film(), "add_title", **fields).titles
    assert (added.kind, added.shot, added.details) == (
        TitleKind.LOWER_THIRD,
        "s1-aaaaa",
        ("Baker",),
    )


def test_a_film_without_type_gets_the_packaged_fonts() -> None:
    plain = film(brand=None)
    after = edited(plain, "add_title", text="Here")
    assert after.brand == brand()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"on": "@photo", "at_seconds": 1}, "either on or at_seconds"),
        ({"legal": "Terms."}, "a title has no legal"),
        ({"kind": "end_card", "at_seconds": 1}, "an end_card ends the film"),
        ({"at_seconds": 99}, "within the film's"),
        ({"on": "@nobody"}, "no shot shows"),
    ],
)
def test_what_does_not_go_together_is_refused(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        edited(film(), "add_title", text="Here", **fields)


def test_there_is_one_end_card() -> None:
    carded = edited(film(), "add_title", text="The end", kind="end_card", legal="Terms apply.")
    assert carded.titles[0].anchor is Anchor.END
    with pytest.raises(InvalidInput, match="has an end card"):
        edited(carded, "add_title", text="Again", kind="end_card")


def test_a_locked_shot_shows_no_new_title() -> None:
    shots = film().shots
    locked = replace(film(), shots=(replace(shots[0], is_locked=True), *shots[1:]))
    with pytest.raises(Conflict, match=r"add_title: shot s1-aaaaa shows it and is locked"):
        edited(locked, "add_title", text="Here", at_seconds=0.5)
    with pytest.raises(Conflict, match=r"add_logo: shot s1-aaaaa shows it and is locked"):
        edited(locked, "add_logo", source="@mark")


def test_the_logo_is_over_the_whole_film_or_over_some_shots() -> None:
    before = film()
    whole = edited(before, "add_logo", source="mark")
    assert rendered(before, whole) == [shot.id for shot in before.shots]
    assert whole.corner_logo is not None
    assert (whole.corner_logo.image, whole.corner_logo.corner) == (LOGO, Corner.TOP_RIGHT)
    some = edited(before, "add_logo", source="@mark", shots="#3, s2-aaaaa", opacity=0.5)
    assert rendered(before, some) == ["s2-aaaaa", "s3-aaaaa"]
    assert rendered(before, edited(some, "remove_logo")) == []


def test_equal_shots_ask_for_an_equal_logo_wherever_they_are() -> None:
    clips = planned_clips(
        whole := edited(film(), "add_logo", source="mark"), delivery_of(whole, draft=False)
    )
    assert len({clip.request for clip in clips}) == 1


def test_a_transition_shows_the_logo_where_both_of_its_shots_do() -> None:
    fade = Transition("s2-aaaaa", TransitionKind.DISSOLVE, 10)
    for shots, expected in (("#1, #2", True), ("#2", False)):
        made = edited(film(transitions=(fade,)), "add_logo", source="mark", shots=shots)
        clips = planned_clips(made, delivery_of(made, draft=False))
        (between,) = [clip.request for clip in clips if clip.is_transition]
        assert (between.logo is not None) is expected


def test_the_brands_logo_and_its_clear_space_are_taken_without_a_source() -> None:
    branded = film(brand=replace(brand(), logo=LOGO, logo_clear_space=1.5))
    logo = edited(branded, "add_logo", corner="bottom_left").corner_logo
    assert logo is not None
    assert (logo.image, logo.clear_space, logo.corner) == (LOGO, 1.5, Corner.BOTTOM_LEFT)


@pytest.mark.parametrize(
    ("op", "fields", "reason"),
    [
        ("add_logo", {}, "brand has no logo"),
        ("add_logo", {"source": "@ride"}, "@ride is a clip; expected a photo"),
        ("add_logo", {"source": "@mark", "opacity": 0.1}, "a number from 0.2 to 1"),
        ("add_logo", {"source": "@mark", "corner": "middle"}, "one of top_left"),
        ("remove_logo", {}, "has no logo in a corner"),
    ],
)
def test_a_logo_that_cannot_be_is_refused(op: str, fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        edited(film(), op, **fields)
