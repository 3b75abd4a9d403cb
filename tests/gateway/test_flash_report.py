"""Flashes across the joins of clips: told with their place, and honestly where nothing was seen."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from services.gateway.flash_report import film_flashes, flash_document, flash_notes
from shared.blobs import MemoryBlobs
from shared.brief import MediaKind, Size
from shared.build import Build, BuiltClip
from shared.digest import Digest
from shared.flash_grid import grid_text
from shared.measurement import SegmentMeasure
from shared.requests import Delivery
from shared.schema import to_json
from shared.shot import Footage, Shot
from shared.timeline import Timeline

BLOB = Digest.of_bytes(b"x")
RATE = Fraction(30)
FRAMES = 3


def film(levels: Sequence[float | None]) -> tuple[MemoryBlobs, Build, Timeline]:
    """Shots of three frames, each of one light; None was measured by an earlier version."""
    blobs, clips, shots = MemoryBlobs(), [], []
    for number, level in enumerate(levels):
        light = np.full((FRAMES, 14, 24), level or 0, np.float32)
        text = "" if level is None else grid_text(light, light * 0, light > 2)
        zeros = (0.0,) * FRAMES
        measure = SegmentMeasure(FRAMES, ("a",) * FRAMES, zeros, zeros, (), (), "", "", 0.0, text)
        digest = blobs.put(to_json(measure))
        name = f"s{number}-aaaaa"
        clips.append(BuiltClip(name, False, FRAMES, "0" * 64, BLOB, BLOB, "1" * 64, digest))
        shots.append(Shot(name, FRAMES, Footage("sea", BLOB, MediaKind.VIDEO)))
    size = Size(640, 360)
    build = Build(BLOB, Delivery(size, RATE), tuple(clips), None, BLOB)
    return blobs, build, Timeline(size, RATE, tuple(shots), None, None, BLOB, 0, len(shots) + 1)


def test_a_burst_of_dark_and_bright_shots_is_found_across_its_cuts() -> None:
    blobs, build, timeline = film([0.1] * 10 + [0.8, 0.1] * 5 + [0.1] * 10)
    found = flash_document(film_flashes(blobs, build, RATE), timeline)
    assert (found["passes"], found["measured_frames"]) == (False, 90)
    assert found["general"]["flashes"] == 5.0
    assert found["general"]["frames"] == list(range(30, 60, 3))
    assert found["general"]["shots"] == [f"s{n}-aaaaa" for n in range(10, 20)]
    assert found["red"] | {"start_frame": 0} == found["red"]
    (note,) = flash_notes(found)
    assert "5 flashes" in note
    assert "s10-aaaaa, s11-aaaaa" in note
    assert "WCAG 2.3.1" in note


def test_a_calm_film_passes_without_a_word() -> None:
    blobs, build, timeline = film([0.1, 0.3, 0.2] * 3)
    found = flash_document(film_flashes(blobs, build, RATE), timeline)
    assert found["passes"] is True
    assert flash_notes(found) == []


def test_what_was_not_measured_is_not_said_to_pass() -> None:
    blobs, build, timeline = film([0.1, None, 0.1])
    found = flash_document(film_flashes(blobs, build, RATE), timeline)
    assert (found["passes"], found["measured_frames"]) == (None, 6)
    blobs, build, timeline = film([None])
    found = flash_document(film_flashes(blobs, build, RATE), timeline)
    assert (found["passes"], found["general"], found["red"]) == (None, None, None)
