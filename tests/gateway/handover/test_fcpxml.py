"""FCPXML: a spine in exact fractions of a second."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree as Xml

from services.gateway.handover.fcpxml import write_fcpxml
from shared.captions import Caption
from tests.gateway.handover.conftest import HandedOver
from tests.gateway.handover.odd import NTSC, odd_film


def seconds(text: str | None) -> Fraction:
    assert text
    return Fraction(text.removesuffix("s"))


def media_seconds(clip: Xml.Element) -> Fraction:
    """Where in its media a clip begins, by its time map."""
    start = seconds(clip.get("start"))
    points = clip.findall("timeMap/timept")
    if not points:
        return start
    (t0, v0), (t1, v1) = [(seconds(p.get("time")), seconds(p.get("value"))) for p in points]
    return v0 + (start - t0) * (v1 - v0) / (t1 - t0)


def test_the_spine_tiles_the_film_and_shows_its_media(handed: HandedOver) -> None:
    root = Xml.parse(handed.folder / "film.fcpxml").getroot()
    clips = root.findall(".//spine/asset-clip")
    rate = handed.timeline.frame_rate
    assets = {a.get("id"): a for a in root.iter("asset")}
    for clip, event in zip(clips, handed.sequence.events, strict=True):
        assert seconds(clip.get("offset")) == 3600 + event.record_frame / rate
        assert seconds(clip.get("duration")) == event.frames / rate
        asset = assets[clip.get("ref")]
        path = asset.find("media-rep")
        assert path is not None
        assert (handed.folder / str(path.get("src"))).is_file()
        if not event.is_baked and event.original and event.original.duration_seconds:
            begin = media_seconds(clip) - seconds(asset.get("start"))
            assert begin == event.start_seconds
    sequence = root.find(".//sequence")
    assert sequence is not None
    assert sequence.get("tcFormat") == "NDF"
    assert len(root.findall(".//spine/transition")) == 1


def test_backwards_is_a_time_map_that_falls(handed: HandedOver) -> None:
    index = next(
        i for i, e in enumerate(handed.sequence.events)
        if e.original and e.original.duration_seconds and not e.is_baked
    )  # fmt: skip
    events = list(handed.sequence.events)
    events[index] = replace(events[index], speed=Fraction(-1, 2), start_seconds=Fraction(2))
    root = Xml.fromstring(
        write_fcpxml(replace(handed.sequence, events=tuple(events))).partition("fcpxml>")[2]
    )
    clip = root.findall(".//spine/asset-clip")[index]
    assert media_seconds(clip) == 2
    values = [seconds(p.get("value")) for p in clip.findall("timeMap/timept")]
    assert values[0] > values[1]


def test_captions_are_titles_at_their_time(handed: HandedOver) -> None:
    captions = (Caption("c1", 25, 50, ("Hello",)),)
    root = Xml.fromstring(
        write_fcpxml(replace(handed.sequence, captions=captions)).partition("fcpxml>")[2]
    )
    title, first = root.find(".//title"), root.find(".//spine/asset-clip")
    assert title is not None
    assert first is not None
    rate = handed.timeline.frame_rate
    assert seconds(title.get("offset")) - seconds(first.get("start")) == 25 / rate
    assert title.findtext(".//text-style") == "Hello"


def test_the_film_begins_on_a_frame_at_rates_that_drop_numbers(handed: HandedOver) -> None:
    sequence, _ = odd_film(handed)
    root = Xml.fromstring(write_fcpxml(sequence).partition("<!DOCTYPE fcpxml>")[2])
    made = root.find(".//sequence")
    assert made is not None
    assert seconds(made.get("tcStart")) == 107_892 / NTSC
    assert made.get("tcFormat") == "DF"
    rates = {item.get("id"): seconds(item.get("frameDuration")) for item in root.iter("format")}
    for asset, event in zip(root.iter("asset"), sequence.events, strict=False):
        if event.original and event.original.frame_rate and not event.is_baked:
            assert rates[asset.get("format")] == 1 / event.original.frame_rate
    for text in (value for item in root.iter() for value in item.attrib.values()):
        if text.endswith("s") and "/" in text and text[0].isdigit():
            assert int(text.removesuffix("s").partition("/")[2]) < 2**31
