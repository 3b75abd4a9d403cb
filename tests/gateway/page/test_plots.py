"""Drawings: everything stands where its time and its number put it."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree

import pytest

from services.gateway.page.heard import Heard, HeardBeat
from services.gateway.page.plots import (
    OFFSET_HEIGHT,
    WIDTH,
    half_frame_ms,
    offset_drawing,
    offset_scale_ms,
    wave_drawing,
)
from services.gateway.page.waveform import Waveform

RATE = Fraction(25)


def paths(drawing: str) -> dict[str, str]:
    """Path data by class."""
    found = ElementTree.fromstring(drawing).iter("path")
    return {path.attrib["class"]: path.attrib["d"] for path in found}


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"([\d.]+) ([\d.-]+)", path)]


def test_wave_rises_and_falls_with_the_samples() -> None:
    waveform = Waveform(lows=(-0.5, 0.0), highs=(1.0, 0.0))
    outline = points(paths(wave_drawing(waveform, Heard(), (), 2.0))["wave"])
    middle = outline[1][1]
    assert [x for x, _ in outline] == [0, WIDTH / 2, WIDTH / 2, 0]
    assert middle - outline[0][1] == 2 * (outline[3][1] - middle) > 0


def test_beats_stand_at_their_time_and_downbeats_apart() -> None:
    heard = Heard(beats=(HeardBeat(0.5, 0.1, False), HeardBeat(1.0, 0.1, True)))
    drawn = paths(wave_drawing(None, heard, (), 2.0))
    assert "wave" not in drawn
    assert points(drawn["beats"])[0][0] == WIDTH / 4
    assert points(drawn["downbeats"])[0][0] == WIDTH / 2


def test_energy_goes_from_edge_to_edge_upwards() -> None:
    line = points(paths(wave_drawing(None, Heard(energy=(0.0, 1.0)), (), 2.0))["energy"])
    assert [x for x, _ in line] == [0, WIDTH]
    assert line[0][1] > line[1][1]


def test_phrases_and_drops_are_lines_and_builds_rise_to_their_end() -> None:
    heard = Heard(phrases=(0.5,), drops=(1.5,), builds=((1.0, 1.5),))
    drawn = paths(wave_drawing(None, heard, (), 2.0))
    assert points(drawn["phrases"]) == [(WIDTH / 4, 0)]
    assert points(drawn["drops"]) == [(3 * WIDTH / 4, 0)]
    (left, floor), (right, top) = points(drawn["build"])
    assert (left, right, top) == (WIDTH / 2, 3 * WIDTH / 4, 0)
    assert floor > top


def test_transitions_are_bands_over_their_time() -> None:
    drawing = ElementTree.fromstring(wave_drawing(None, Heard(), [(0.5, 1.0)], 2.0))
    (band,) = drawing.iter("rect")
    assert (band.attrib["x"], band.attrib["width"]) == ("300", "300")


def test_scale_holds_the_band_and_the_furthest_cut(document: dict[str, Any]) -> None:
    assert half_frame_ms(RATE) == 20.0
    assert offset_scale_ms(document["cuts"], RATE) > 20
    document["cuts"][0]["offset_ms"] = -90.0
    assert offset_scale_ms(document["cuts"], RATE) > 90


def test_offsets_are_drawn_late_upwards(document: dict[str, Any]) -> None:
    document["cuts"][0]["offset_ms"] = -31.0
    drawing = ElementTree.fromstring(offset_drawing(document["cuts"], RATE, 4.0))
    dots = [p for p in drawing.iter("path") if p.attrib["class"].startswith("dot")]
    places = [points(dot.attrib["d"])[0] for dot in dots]
    assert [x for x, _ in places] == [WIDTH / 4, WIDTH / 2, WIDTH * 3 / 4]
    early, late, free = (y for _, y in places)
    assert late < OFFSET_HEIGHT / 2 < early
    assert free == OFFSET_HEIGHT / 2
    assert [dot.attrib["class"] for dot in dots] == ["dot far", "dot", "dot free"]


def test_band_is_half_a_frame_either_way(document: dict[str, Any]) -> None:
    drawing = ElementTree.fromstring(offset_drawing(document["cuts"], RATE, 4.0))
    (band,) = drawing.iter("rect")
    scale = offset_scale_ms(document["cuts"], RATE)
    top, height = float(band.attrib["y"]), float(band.attrib["height"])
    assert height == pytest.approx(OFFSET_HEIGHT * 20 / scale, abs=0.2)
    assert top + height / 2 == pytest.approx(OFFSET_HEIGHT / 2, abs=0.2)
