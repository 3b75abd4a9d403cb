"""Faces in the frame, as numbers and as findings."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from services.gateway.framing_report import faces_in_frame, framing_document, framing_findings
from services.gateway.material import Material
from services.gateway.reframe import reframe
from shared.brief import MediaKind, Size
from shared.clip_samples import ClipFaces
from shared.digest import Digest
from shared.shot import Fit, Footage, Framing, Shot, Waypoint
from shared.timeline import Timeline
from tests.gateway.synthetic import material, motion

UPRIGHT = Size(720, 1280)


def _material(boxes: list[tuple[float, float, float, float]]) -> Material:
    stretch = material({"clip": motion(4)}).stretches[0]
    pts = np.arange(len(boxes), dtype=np.int64)
    faces = ClipFaces(Fraction(1, 2), pts, np.ones(len(boxes), np.int64), np.array(boxes, "f4"))
    return Material((replace(stretch, faces=faces),), ())


def _film(framing: Framing) -> Timeline:
    footage = Footage("clip", Digest.of_bytes(b"clip"), MediaKind.VIDEO)
    shot = Shot("s1", 120, footage, framing)
    return Timeline(UPRIGHT, Fraction(30), (shot,), None, None, Digest.of_bytes(b"c"), 0, 2)


STAYING = _material([(0.7, 0.2, 0.1, 0.2)] * 8)


@pytest.mark.parametrize(("center", "whole"), [(0.75, 8), (0.5, 0)])
def test_faces_are_counted_where_the_crop_has_them(center: float, whole: int) -> None:
    document = framing_document(_film(Framing(center)), STAYING)
    assert (document["faces"], document["faces_whole"]) == (8, whole)
    assert document["shots"] == [
        {"id": "s1", "fit": "crop", "follows": False, "faces": 8, "faces_whole": whole}
    ]
    told = framing_findings(document)
    assert any("8 of 8 looks at faces have them cut" in text for text in told) == (not whole)


def test_a_way_moves_the_frame_along() -> None:
    walking = _material([(0.1 + 0.08 * k, 0.2, 0.1, 0.2) for k in range(8)])
    way = tuple(Waypoint(Fraction(k, 2), 0.15 + 0.08 * k, 0.5) for k in (0, 7))
    assert framing_document(_film(Framing(0.4)), walking)["faces_whole"] < 5
    followed = framing_document(_film(Framing(0.4, follow=way)), walking)
    assert followed["faces_whole"] == 8
    assert followed["shots"][0]["follows"]


def test_a_fill_shows_more_and_smaller() -> None:
    film = _film(Framing(fit=Fit.FILL))
    boxes = faces_in_frame(film.shots[0], film, STAYING)
    assert boxes[0, 2] == pytest.approx(0.1)
    assert boxes[0, 3] < 0.1
    assert boxes[0, 0] == pytest.approx(0.7, abs=1e-6)
    near = _film(Framing(0.2, zoom=2.5, fit=Fit.FILL))
    assert framing_document(near, STAYING)["faces_whole"] == 0


def test_what_is_planned_holds_the_faces_it_knows() -> None:
    for x in (0.0, 0.3, 0.85):
        seen = _material([(x, 0.2, 0.12, 0.25)] * 8)
        planned = reframe(_film(Framing()), UPRIGHT, seen)
        document = framing_document(planned, seen)
        assert document["faces_whole"] == document["faces"] == 8


def test_faces_under_a_platforms_controls_are_found() -> None:
    low = _material([(0.45, 0.7, 0.1, 0.2)] * 8)
    document = framing_document(_film(Framing()), low)
    assert document["shots_with_covered_faces"]["TikTok"] == []
    assert document["shots_with_covered_faces"]["Instagram and Facebook Reels"] == ["s1"]
    assert any("Reels lays its controls over a face in s1" in t for t in framing_findings(document))
