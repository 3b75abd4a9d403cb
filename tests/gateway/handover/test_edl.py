"""EDL: record times tile the film, source times are where the shots begin."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import opentimelineio as otio
import pytest

from services.gateway.handover.edl import reel_of, write_edl
from services.gateway.handover.timecode import from_timecode
from shared.errors import InvalidInput
from tests.gateway.handover.conftest import HandedOver
from tests.gateway.handover.odd import NTSC, odd_film

_EVENT = re.compile(r"(\d{3})  (\S+) +(V|AA) +(C|D +\d{3}) +(\S+) (\S+) (\S+) (\S+)")


def test_record_times_tile_the_film(handed: HandedOver) -> None:
    text = (handed.folder / "film.edl").read_text()
    rate = handed.timeline.frame_rate
    lines = [m for m in map(_EVENT.match, text.splitlines()) if m and m[3] == "V"]
    spans = [(from_timecode(m[7], rate), from_timecode(m[8], rate)) for m in lines]
    origin = from_timecode("01:00:00:00", rate)
    assert spans[0][0] == origin
    assert spans[-1][1] == origin + handed.timeline.frame_count
    alone = [span for span in spans if span[0] != span[1]]
    assert all(one[1] == two[0] for one, two in pairwise(alone))


def test_source_times_are_where_shots_begin(handed: HandedOver) -> None:
    text = (handed.folder / "film.edl").read_text()
    rate = handed.timeline.frame_rate
    lines = [m for m in map(_EVENT.match, text.splitlines()) if m and m[3] == "V"]
    shots = [m for m in lines if m[7] != m[8]]
    for line, event in zip(shots, handed.sequence.events, strict=True):
        assert line[2] == reel_of(event)
        if event.is_baked or event.original is None or event.original.duration_seconds is None:
            continue
        before = event.transition.frames_before if event.transition else 0
        wanted = event.start_seconds - before * event.speed / rate
        assert abs(from_timecode(line[5], rate) / rate - wanted) <= Fraction(1, 2) / rate
    assert "D    004" in text
    assert "FCM: NON-DROP FRAME" in text


def test_the_library_reads_it(handed: HandedOver) -> None:
    text = (handed.folder / "film.edl").read_text()
    read = otio.adapters.read_from_string(
        text, "cmx_3600", rate=float(handed.timeline.frame_rate), ignore_timecode_mismatch=True
    )
    assert len(list(read.video_tracks()[0].find_clips())) == len(handed.sequence.events)


def test_dropped_numbers_are_said_and_odd_rates_refused(handed: HandedOver) -> None:
    ntsc = replace(handed.sequence, frame_rate=Fraction(30000, 1001), sounds=())
    text = write_edl(ntsc)
    assert "FCM: DROP FRAME" in text
    assert "01:00:00;00" in text
    with pytest.raises(InvalidInput, match=r"no timecode at 12\.5 frames"):
        write_edl(replace(handed.sequence, frame_rate=Fraction(25, 2)))


def test_what_plays_backwards_has_ascending_source_times_inside_its_clip(
    handed: HandedOver,
) -> None:
    sequence, film = odd_film(handed)
    text = write_edl(sequence)
    first = next(m for m in map(_EVENT.match, text.splitlines()) if m)
    start, end = (from_timecode(first[n], NTSC) for n in (5, 6))
    origin = from_timecode("10:00:00;00", NTSC)
    window = film.shots[0].source.start_seconds * NTSC
    assert abs(start - origin - window) <= 1
    assert end - start == film.shots[0].frames
    assert re.search(r"^M2   \S+ +-\d", text, re.M)
    read = otio.adapters.read_from_string(
        text, "cmx_3600", rate=float(NTSC), ignore_timecode_mismatch=True
    )
    assert len(list(read.video_tracks()[0].find_clips())) == len(sequence.events)
