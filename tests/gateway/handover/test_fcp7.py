"""FCP7 XML: clips, files, speeds and transitions, as Premiere reads them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree as Xml

import opentimelineio as otio

from services.gateway.handover.fcp7 import write_fcp7
from shared.captions import Caption
from tests.gateway.handover.conftest import HandedOver
from tests.gateway.handover.odd import odd_film


def test_clips_stand_where_the_film_has_them(handed: HandedOver) -> None:
    root = Xml.parse(handed.folder / "film.xml").getroot()
    track = root.find(".//video/track")
    assert track is not None
    items = track.findall("clipitem")
    assert len(items) == len(handed.sequence.events)
    for item, event in zip(items, handed.sequence.events, strict=True):
        start = int(item.findtext("start", ""))
        assert start in (-1, event.record_frame)
        played = int(item.findtext("out", "")) - int(item.findtext("in", ""))
        assert played >= 1
        if event.is_baked or event.original is None or event.original.duration_seconds is None:
            continue
        before = event.transition.frames_before if event.transition else 0
        rate = handed.timeline.frame_rate
        wanted = (event.start_seconds - before * event.speed / rate) * rate
        assert abs(int(item.findtext("in", "")) - wanted) <= Fraction(1, 2)
    joins = track.findall("transitionitem")
    assert [int(j.findtext("end", "")) - int(j.findtext("start", "")) for j in joins] == [4]


def test_files_are_described_once_with_relative_paths(handed: HandedOver) -> None:
    root = Xml.parse(handed.folder / "film.xml").getroot()
    described = [file for file in root.iter("file") if file.find("pathurl") is not None]
    paths = [file.findtext("pathurl", "") for file in described]
    assert len(set(paths)) == len(paths)
    assert all((handed.folder / path).is_file() for path in paths)


def test_the_library_reads_it(handed: HandedOver) -> None:
    read = otio.adapters.read_from_file(str(handed.folder / "film.xml"), "fcp_xml")
    timeline = read if isinstance(read, otio.schema.Timeline) else read[0]
    assert len(list(timeline.video_tracks()[0].find_clips())) == len(handed.sequence.events)


def test_captions_are_generators_on_a_track_of_their_own(handed: HandedOver) -> None:
    text = write_fcp7(replace(handed.sequence, captions=(Caption("c1", 5, 10, ("Hello",)),)))
    item = Xml.fromstring(text.partition("<!DOCTYPE xmeml>")[2]).find(".//generatoritem")
    assert item is not None
    assert (item.findtext("start"), item.findtext("end")) == ("5", "15")
    assert item.findtext(".//parameter/value") == "Hello"


def test_timecode_counts_as_it_is_written(handed: HandedOver) -> None:
    sequence, _ = odd_film(handed)
    root = Xml.fromstring(write_fcp7(sequence).partition("<!DOCTYPE xmeml>")[2])
    stated = [
        (item.findtext("string", ""), item.findtext("frame")) for item in root.iter("timecode")
    ]
    assert ("01:00:00;00", "107892") in stated
    assert ("10:00:00;00", "1078920") in stated
