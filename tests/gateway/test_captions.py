"""Type goes where no face is, and gets behind it what it needs to be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from services.gateway.captions import brand_faces, choose_looks, what_is_met
from services.gateway.captions_look import Behind, Still, drawn
from shared.blobs import MemoryBlobs
from shared.captions import Backing, Caption, CaptionStyle, Place, TitleKind
from shared.legibility import MIN_CONTRAST
from shared.set_lines import Box
from shared.timeline import Timeline
from shared.typesetting import set_type
from tests.gateway.typed_film import cue, title, typed_timeline
from tests.shared.typed import brand, faces

WIDTH, HEIGHT = 320, 180
LOW_FACE, HIGH_FACE = Box(120, 110, 200, 178), Box(120, 2, 200, 70)


def still(frame: int, level: int = 20, *found: Box, **parts: int) -> Still:
    rgb = np.full((HEIGHT, WIDTH, 3), level, np.uint8)
    if "low" in parts:
        rgb[HEIGHT // 2 :] = parts["low"]
    return Still(frame, rgb, found)


def chosen(timeline: Timeline, *stills: Still) -> Timeline:
    blobs = MemoryBlobs()
    brand(blobs)  # the same fonts as the timeline's
    return choose_looks(blobs, timeline, Behind(stills))


def one(**fields: Any) -> Timeline:
    return typed_timeline(cue(1, 0, 60, "Some words", "in two lines"), **fields)


def look(caption: Caption) -> tuple[Place, Backing]:
    return caption.place, caption.backing


def test_on_a_dark_picture_a_shadow_does() -> None:
    found = chosen(one(), still(5), still(40))
    assert look(found.captions[0]) == (Place.BOTTOM, Backing.SHADOW)


@pytest.mark.parametrize("level", [128, 255])
def test_on_a_light_picture_there_is_a_plate(level: int) -> None:
    # Light in one of the shots that the cue runs through is enough: it looks the same in all.
    found = chosen(one(), still(5), still(40, low=level))
    assert look(found.captions[0]) == (Place.BOTTOM, Backing.PLATE)


def test_light_elsewhere_does_not_matter() -> None:
    bright = still(5, 255, low=10)
    assert look(chosen(one(), bright).captions[0]) == (Place.BOTTOM, Backing.SHADOW)


def test_a_cue_goes_to_the_top_where_a_face_is_below() -> None:
    found = chosen(one(), still(5), still(40, 20, LOW_FACE))
    assert found.captions[0].place is Place.TOP
    assert chosen(one(), still(5, 20, HIGH_FACE)).captions[0].place is Place.BOTTOM


def test_between_two_faces_the_smaller_overlap_is_taken() -> None:
    edge = Box(0, 120, 100, 178)
    found = chosen(one(), still(5, 20, HIGH_FACE, edge))
    assert found.captions[0].place is Place.BOTTOM


def test_kinetic_type_stands_beside_a_face_in_the_middle() -> None:
    timeline = one(caption_style=CaptionStyle.KINETIC)
    middle_and_right = Box(130, 30, 310, 160)
    found = chosen(timeline, still(5, 20, middle_and_right)).captions[0]
    assert look(found) == (Place.LEFT, Backing.SHADOW)
    lit = chosen(timeline, still(5, 200)).captions[0]
    assert look(lit) == (Place.CENTER, Backing.SCRIM)


def test_a_cue_keeps_clear_of_a_lower_third() -> None:
    name = title(TitleKind.LOWER_THIRD, 50, details=("of somewhere far away, so it is long",))
    found = chosen(one(titles=(name,)), still(5))
    assert found.captions[0].place is Place.TOP
    assert found.titles[0].place is name.place


def test_when_many_cues_need_a_plate_all_have_one() -> None:
    cues = tuple(cue(n, n * 30, 30, "Some words") for n in range(4))
    stills = [still(n * 30 + 5, 255 if n < 2 else 20) for n in range(4)]
    found = chosen(typed_timeline(*cues), *stills)
    assert {item.backing for item in found.captions} == {Backing.PLATE}
    few = chosen(typed_timeline(*cues), *[still(5, 255), *stills[2:], still(40)])
    assert [item.backing for item in few.captions].count(Backing.PLATE) == 1


def test_what_nobody_looked_at_is_backed() -> None:
    assert look(chosen(one()).captions[0]) == (Place.BOTTOM, Backing.PLATE)


def test_contrast_is_measured_with_the_worst_ink_where_type_stands() -> None:
    timeline = one(caption_style=CaptionStyle.KARAOKE)
    (item,) = drawn(timeline).values()
    blobs = MemoryBlobs()
    brand(blobs)
    fonts = brand_faces(blobs, timeline.brand)
    white = what_is_met(item, Behind((still(5, 110),)), fonts)
    plain = what_is_met(
        drawn(replace(timeline, caption_style=CaptionStyle.CAPTION))["c1"],
        Behind((still(5, 110),)),
        fonts,
    )
    assert white.contrast is not None
    assert plain.contrast is not None
    # 110 of 255: white has 5.2:1 (as checkers say), the accent less.
    assert plain.contrast == pytest.approx(5.1, abs=0.2)
    assert white.contrast < MIN_CONTRAST < plain.contrast


def test_the_share_of_a_face_that_is_covered_is_told() -> None:
    timeline = one()
    (item,) = drawn(timeline).values()
    box = set_type(item, still(0).size, faces()).box
    half = Box(box.left, box.top - (box.bottom - box.top), box.left + 20, box.bottom)
    blobs = MemoryBlobs()
    brand(blobs)
    seen = what_is_met(
        item, Behind((still(5, 20, half), still(99, 20, box))), brand_faces(blobs, timeline.brand)
    )
    assert seen.face_share == pytest.approx(0.5, abs=0.01)
