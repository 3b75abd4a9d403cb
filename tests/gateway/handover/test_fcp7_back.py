"""FCP7 XML comes back with its shots known, also those that play baked clips or backwards."""

from __future__ import annotations

import re
from pathlib import Path

import opentimelineio as otio

from services.gateway.handover.fcp7_back import with_ids
from shared.shot import Footage
from tests.gateway.handover.conftest import HandedOver
from tests.gateway.handover.odd import NTSC, back, odd_film, written


def test_an_untouched_file_is_the_film(handed: HandedOver, tmp_path: Path) -> None:
    sequence, film = odd_film(handed)
    name, text = written("fcp7", sequence)
    result = back(text, name, film, handed, tmp_path)
    assert (result.changed, result.left_out) == ((), ())
    assert result.timeline.transitions == film.transitions


def test_another_speed_and_start_are_followed(handed: HandedOver, tmp_path: Path) -> None:
    sequence, film = odd_film(handed)
    name, text = written("fcp7", sequence)
    item = re.findall(r'<clipitem id="clipitem-1">.*?</clipitem>', text, re.S)[0]
    start, end = (int(found) for found in re.findall(r"<(?:in|out)>(\d+)<", item))
    changed = (
        item.replace(f"<in>{start}<", f"<in>{start + 3}<")
        .replace(f"<out>{end}<", f"<out>{end + 3}<")
        .replace("<value>TRUE<", "<value>FALSE<")
        .replace("<value>100<", "<value>50<")
    )
    result = back(text.replace(item, changed), name, film, handed, tmp_path)
    shot, was = result.timeline.shots[0].source, film.shots[0].source
    assert isinstance(shot, Footage)
    assert isinstance(was, Footage)
    assert not shot.is_reversed
    assert shot.speed == 1 / 2
    assert abs(shot.start_seconds - was.start_seconds - 3 / NTSC) < 1e-4
    assert result.left_out == ()


def test_comments_that_are_not_ours_are_passed_over() -> None:
    clip = otio.schema.Clip("holiday.mov", metadata={"fcp_xml": {"comments": "mine"}})
    timeline = otio.schema.Timeline("t")
    timeline.tracks.append(otio.schema.Track("V1", [clip], kind="Video"))
    found = next(iter(with_ids(timeline).find_clips()))
    assert "onbeat" not in found.metadata
