"""The strip: cuts at their place in time, with what is said of them; scales and legend."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from services.gateway.page.heard import Heard, HeardBeat, HeardSection
from services.gateway.page.sound_section import film_link, film_seconds, sound_section
from services.gateway.page.waveform import Waveform

Element = ElementTree.Element


def section(
    document: dict[str, Any], waveform: Waveform | None = None, heard: Heard | None = None
) -> Element:
    made = sound_section(document, waveform, heard or Heard())
    return ElementTree.fromstring(re.sub(r" hidden(?=[ >])", "", made))


def by_class(root: Element, name: str) -> list[Element]:
    return [item for item in root.iter() if name in item.attrib.get("class", "").split()]


def test_cuts_stand_at_their_share_of_the_film(document: dict[str, Any]) -> None:
    cuts = by_class(section(document), "cut")
    assert [cut.attrib["style"] for cut in cuts] == ["left:25.000%", "left:50.000%", "left:75.000%"]
    assert [cut.attrib["href"] for cut in cuts] == [film_link(s) for s in (1.0, 2.0, 3.0)]


def test_cuts_say_frame_offset_reason_and_transition(document: dict[str, Any]) -> None:
    said = [cut.attrib["title"] for cut in by_class(section(document), "cut")]
    assert said[1] == "Cut 2 at 00:02:00, frame 50, +12.0 ms from its beat: strong beat"
    assert said[2] == "Cut 3 at 00:03:00, frame 75, dissolve of 10 frames: strong beat"


def test_only_straight_cuts_can_be_astray(document: dict[str, Any]) -> None:
    assert not by_class(section(document), "astray")
    document["cuts"][0]["measured_frame"] = 26
    (astray,) = by_class(section(document), "astray")
    assert astray.attrib["style"] == "left:25.000%"


def test_reason_cannot_break_out(document: dict[str, Any]) -> None:
    document["cuts"][0]["reason"] = "\" onmouseover='x' <b>"
    (first, *_) = by_class(section(document), "cut")
    assert first.attrib["title"].endswith("\" onmouseover='x' <b>")
    assert "onmouseover" not in first.attrib


def test_scale_says_half_a_frame(document: dict[str, Any]) -> None:
    ticks = [tick.text for tick in by_class(section(document), "tick")]
    assert ticks == ["+20.0 ms", "\N{MINUS SIGN}20.0 ms"]


def test_legend_names_what_is_drawn_and_nothing_else(document: dict[str, Any]) -> None:
    def keys(root: Element) -> set[str]:
        return {item.attrib["class"].split()[-1] for item in by_class(root, "key")}

    heard = Heard(beats=(HeardBeat(1.0, 0.5, False),), energy=(0.1, 0.2))
    full = section(document, Waveform((0.0,), (1.0,)), heard)
    assert keys(full) == {"key-wave", "key-energy", "key-beat", "key-cut", "key-offset"}
    assert keys(section(document | {"cuts": []})) == set()


def test_sections_of_the_song_are_named(document: dict[str, Any]) -> None:
    heard = Heard(sections=(HeardSection(1.0, 3.0, "chorus <2>"),))
    (sections,) = by_class(section(document, None, heard), "sections")
    assert [(s.text, s.attrib["style"]) for s in sections] == [
        ("chorus <2>", "left:25.000%;width:50.000%")
    ]


@pytest.mark.parametrize(("frames", "step", "count"), [(100, "0:01", 5), (25 * 1800, "5:00", 7)])
def test_axis_has_few_labels(document: dict[str, Any], frames: int, step: str, count: int) -> None:
    document |= {"frame_count": frames, "cuts": []}
    (axis,) = by_class(section(document), "axis")
    labels = [label.text for label in axis]
    assert (labels[0], labels[1], len(labels)) == ("0:00", step, count)


def test_length_is_by_frames(document: dict[str, Any]) -> None:
    assert film_seconds(document) == 4.0
    assert film_seconds(document | {"frame_rate": "30000/1001"}) == pytest.approx(3.33667, abs=1e-5)
