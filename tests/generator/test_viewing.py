"""Views of whole shots: crops that follow, and fills, from clip and photo to segment."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from shared.brief import MediaKind, Size
from shared.errors import InvalidInput
from shared.media.decode import decode_segment
from shared.requests import Delivery
from shared.shot import Fit, Framing, Move, MoveKind, Waypoint
from tests.generator.conftest import MakeRequest, Render
from tests.shared.media.painting import av_frame, write_video

UPRIGHT = Delivery(Size(90, 160), Fraction(30))


def _walking(path: Path, frames: int = 45) -> Path:
    """A bright block that walks from left to right, 4 pixels a frame."""
    pictures = []
    for index in range(frames):
        luma = np.full((180, 320), 60, np.uint8)
        luma[60:120, 30 + 4 * index : 70 + 4 * index] = 220
        chroma = np.full((90, 160), 128, np.uint8)
        pictures.append(av_frame([luma, chroma, chroma], "yuv420p"))
    return write_video(path, pictures, rate=Fraction(30))


def _middle(luma: np.ndarray) -> float:
    bright = np.flatnonzero(luma[luma.shape[0] // 2] > 150)
    return float(bright.mean())


def test_a_followed_subject_stays_where_it_is_in_the_frame(
    tmp_path: Path, render_segment: Render
) -> None:
    clip = _walking(tmp_path / "walk.mp4")
    way = tuple(Waypoint(Fraction(index, 30), (50 + 4 * index) / 320, 0.5) for index in (0, 15, 44))
    segment = render_segment(clip, 30, framing=Framing(follow=way), delivery=UPRIGHT)
    places = [_middle(planes.y) for planes in decode_segment(segment)]
    assert np.abs(np.array(places[6:]) - 44.5).max() < 1.5
    still = render_segment(clip, 30, framing=Framing(0.3), delivery=UPRIGHT)
    moved = [_middle(planes.y) for planes in decode_segment(still) if (planes.y > 150).any()]
    assert max(moved) - min(moved) > 20


def test_a_way_goes_by_the_sources_time_at_any_speed(
    tmp_path: Path, render_segment: Render
) -> None:
    clip = _walking(tmp_path / "walk.mp4")
    way = tuple(Waypoint(Fraction(index, 30), (50 + 4 * index) / 320, 0.5) for index in (0, 44))
    fields = {"framing": Framing(follow=way), "delivery": UPRIGHT, "start_seconds": Fraction(1, 3)}
    segment = render_segment(clip, 20, speed=Fraction(3, 2), **fields)
    places = [_middle(planes.y) for planes in decode_segment(segment)]
    assert np.abs(np.array(places) - 44.5).max() < 2.5


def test_a_filled_clip_shows_all_of_its_picture(tmp_path: Path, render_segment: Render) -> None:
    clip = _walking(tmp_path / "walk.mp4")
    segment = render_segment(clip, 12, framing=Framing(fit=Fit.FILL), delivery=UPRIGHT)
    luma = next(iter(decode_segment(segment))).y
    assert luma.shape == (160, 90)
    lit = np.flatnonzero((luma > 150).any(axis=1))
    assert 10 <= len(lit) <= 24
    assert luma[4].max() < 60


@pytest.mark.parametrize("move", [Move(), Move(MoveKind.PUSH_IN, 0.06)])
def test_a_filled_photo(tmp_path: Path, render_segment: Render, move: Move) -> None:
    Image.new("RGB", (400, 200), (200, 120, 40)).save(tmp_path / "p.png")
    segment = render_segment(
        tmp_path / "p.png",
        6,
        kind=MediaKind.IMAGE,
        framing=Framing(fit=Fit.FILL),
        move=move,
        delivery=UPRIGHT,
    )
    last = list(decode_segment(segment))[-1].y
    rows = np.flatnonzero(last[:, 45] > 110)
    assert 60 <= len(rows) <= 66  # no window is lower than 64 pixels
    assert last[2].max() < 90


def test_what_cannot_be_followed_is_refused(
    tmp_path: Path, make_request: MakeRequest, render_segment: Render
) -> None:
    clip = _walking(tmp_path / "walk.mp4", 6)
    ways = [
        (Waypoint(Fraction(1), 0.5, 0.5), Waypoint(Fraction(0), 0.5, 0.5)),
        (Waypoint(Fraction(1), 1.5, 0.5),),
    ]
    for way in ways:
        with pytest.raises(InvalidInput, match="waypoints"):
            render_segment(clip, 3, framing=Framing(follow=way))
    Image.new("RGB", (64, 64)).save(tmp_path / "p.png")
    with pytest.raises(InvalidInput, match="followed; expected a video"):
        render_segment(tmp_path / "p.png", 3, kind=MediaKind.IMAGE, framing=Framing(follow=ways[1]))
