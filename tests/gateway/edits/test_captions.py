"""Words on the picture: other text, elsewhere, or gone; times stay."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.gateway.edits.parse import parse_operation
from services.gateway.edits.scene import Scene
from shared.captions import Anchor, Backing, CaptionStyle, Place, TitleKind
from shared.errors import Conflict, InvalidInput, NotFound
from shared.timeline import Timeline
from tests.gateway.typed_film import cue, title, typed_timeline


def edited(timeline: Timeline, op: str, **fields: Any) -> Timeline:
    return parse_operation({"op": op, **fields}).apply_to(timeline, Scene())


def film(**fields: Any) -> Timeline:
    card = title(TitleKind.END_CARD, 60, anchor=Anchor.END, offset_frames=60, legal=("Terms.",))
    return typed_timeline(
        cue(1, 10, 40, "One two"), cue(2, 70, 40, "Three"), titles=(card,), **fields
    )


def test_as_many_words_keep_their_times() -> None:
    before = film()
    after = edited(before, "set_caption", cue="c1", text=" Ten   twenty ")
    assert after.captions[0].lines == ("Ten twenty",)
    assert [word.text for word in after.captions[0].words] == ["Ten", "twenty"]
    times = [(w.start_frame, w.end_frame) for w in before.captions[0].words]
    assert [(w.start_frame, w.end_frame) for w in after.captions[0].words] == times
    assert after.captions[1] is before.captions[1]


def test_other_words_share_the_time() -> None:
    after = edited(film(), "set_caption", cue="#1", text="One two three four")
    assert [word.start_frame for word in after.captions[0].words] == [0, 10, 20, 30]
    assert after.captions[0].frames == 40


def test_text_is_broken_by_the_films_own_rules() -> None:
    text = "Every morning starts the same way, until somebody turns it up."
    assert len(edited(film(), "set_caption", cue="c1", text=text).captions[0].lines) == 2
    kinetic = film(caption_style=CaptionStyle.KINETIC)
    after = edited(kinetic, "set_caption", cue="c1", text="We are burning through the night")
    assert len(after.captions[0].lines) == 4


def test_place_and_backing_are_set_alone() -> None:
    after = edited(film(), "set_caption", cue="c2", place="top", backing="outline")
    assert (after.captions[1].place, after.captions[1].backing) == (Place.TOP, Backing.OUTLINE)
    assert after.captions[1].lines == ("Three",)


def test_cues_and_titles_are_removed() -> None:
    after = edited(film(), "remove_caption", cue="c1")
    assert [item.id for item in after.captions] == ["c2"]
    assert edited(after, "remove_title", title="t1").titles == ()


def test_a_title_gets_other_words_and_more_time() -> None:
    after = edited(film(), "set_title", title="t1", text="See you soon", details="example.com")
    assert (after.titles[0].lines, after.titles[0].details) == (("See you soon",), ("example.com",))
    longer = edited(film(), "set_title", title="#1", seconds=4)
    assert (longer.titles[0].frames, longer.titles[0].offset_frames) == (120, 120)


def test_small_print_needs_its_time() -> None:
    with pytest.raises(InvalidInput, match=r"t1 needs 5\.0 s to be read, it is held for 2\.0 s"):
        edited(film(), "set_title", title="t1", legal="word " * 10)
    after = edited(film(), "set_title", title="t1", legal="word " * 10, seconds=5)
    assert len(" ".join(after.titles[0].legal).split()) == 10


def test_locked_shots_keep_their_type() -> None:
    locked = film()
    shots = (replace(locked.shots[0], is_locked=True), *locked.shots[1:])
    locked = replace(locked, shots=shots)
    with pytest.raises(Conflict, match="set_caption: shot s1-aaaaa shows it and is locked"):
        edited(locked, "set_caption", cue="c1", text="Other")
    with pytest.raises(Conflict, match="remove_caption: shot s1-aaaaa"):
        edited(locked, "remove_caption", cue="c1")
    assert edited(locked, "set_caption", cue="c2", text="Other").captions[1].lines == ("Other",)


@pytest.mark.parametrize(
    ("op", "fields", "error", "message"),
    [
        ("set_caption", {"cue": "c9", "text": "x"}, NotFound, "no cue c9; the film has 2"),
        ("set_caption", {"cue": "#3", "text": "x"}, NotFound, "no cue #3"),
        ("set_caption", {"cue": "c1"}, InvalidInput, "at least one of text, place, backing"),
        ("set_caption", {"cue": "c1", "text": " "}, InvalidInput, "expected 1 to 300 characters"),
        ("set_caption", {"cue": "s1", "text": "x"}, InvalidInput, "cue is 's1'; expected the id"),
        ("set_caption", {"cue": "c1", "place": "low"}, InvalidInput, "expected one of bottom"),
        ("set_title", {"title": "t4", "text": "x"}, NotFound, "no title t4; the film has 1"),
        ("set_title", {"title": "t1", "seconds": 0}, InvalidInput, "a number from 0.2 to 3600"),
    ],
)
def test_what_cannot_be_is_refused(
    op: str, fields: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        edited(film(), op, **fields)


def test_a_title_has_no_small_print() -> None:
    with pytest.raises(InvalidInput, match="a title has no legal"):
        edited(typed_timeline(titles=(title(),)), "set_title", title="t1", legal="Terms")
