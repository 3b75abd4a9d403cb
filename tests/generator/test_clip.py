from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest

from shared.brief import Size
from shared.errors import InvalidInput
from shared.media.color import planes_to_rgb
from shared.media.decode import decode_segment
from shared.media.segment import Segment
from shared.motion import TimeKnot, source_seconds
from shared.requests import Delivery, Quality
from shared.shot import Accent, Framing, Move, MoveKind
from tests.generator.conftest import Render
from tests.shared.media.painting import (
    av_frame,
    gray_planes,
    numbered,
    numbered_video,
    read_number,
    turn_clockwise,
    write_video,
)
from tests.shared.media.test_frame import patch_video, yuv_of

RATES = [
    Fraction(24000, 1001),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(60),
]
SIZE = Size(160, 90)


def shown(segment: Segment) -> list[int]:
    return [read_number(planes.y) for planes in decode_segment(segment)]


@pytest.mark.parametrize("source_rate", RATES, ids=str)
@pytest.mark.parametrize("rate", RATES, ids=str)
def test_each_output_frame_shows_the_source_frame_of_its_time(
    tmp_path: Path, render_segment: Render, source_rate: Fraction, rate: Fraction
) -> None:
    path = numbered_video(tmp_path / "v.mp4", 90, source_rate)
    start = Fraction(2, 5)
    count = int((90 / source_rate - start) * rate)
    segment = render_segment(path, count, start_seconds=start, delivery=Delivery(SIZE, rate))
    assert shown(segment) == [int((start + k / rate) * source_rate) for k in range(count)]


@pytest.mark.parametrize("speed", [Fraction(1, 2), Fraction(4, 5), Fraction(5, 4), Fraction(3)])
def test_speed(tmp_path: Path, render_segment: Render, speed: Fraction) -> None:
    path = numbered_video(tmp_path / "v.mp4", 90, Fraction(25))
    segment = render_segment(path, 30, start_seconds=Fraction(1, 5), speed=speed)
    expected = [int((Fraction(1, 5) + k * speed / 30) * 25) for k in range(30)]
    assert shown(segment) == expected


def test_a_time_map_is_followed_exactly(tmp_path: Path, render_segment: Render) -> None:
    path = numbered_video(tmp_path / "v.mp4", 90, Fraction(30))
    step = Fraction(1, 30)
    knots = (
        TimeKnot(10, 20 * step, step),
        TimeKnot(30, 43 * step, step),  # 1.15 times as fast, eased
        TimeKnot(40, 53 * step, step),
    )
    found = shown(render_segment(path, 50, time_map=knots, start_seconds=Fraction(1)))
    assert found == [int(source_seconds(knots, frame) * 30) for frame in range(50)]
    assert (found[0], found[10], found[30], found[49]) == (10, 20, 43, 62)
    assert min(np.diff(found)) == 1  # faster than its own speed, it repeats no frame
    part = shown(render_segment(path, 50, time_map=knots, span=(-5, 12)))
    assert part == [*range(5, 10), *found[:12]]


def test_a_time_map_that_needs_more_than_the_clip_has_is_refused(
    tmp_path: Path, render_segment: Render
) -> None:
    path = numbered_video(tmp_path / "v.mp4", 50, Fraction(25))
    late = (TimeKnot(10, Fraction(19, 10), Fraction(1, 30)),)
    with pytest.raises(InvalidInput, match=r"ends at 2\.000 s"):
        render_segment(path, 20, time_map=late)


def test_variable_frame_rate(tmp_path: Path, render_segment: Render) -> None:
    gaps = [Fraction(int(g), 90_000) for g in np.random.default_rng(3).integers(900, 15_000, 49)]
    starts = list(accumulate(gaps, initial=Fraction(0)))
    path = numbered_video(tmp_path / "v.mp4", 50, times=starts)
    count = int(starts[-1] * 30)
    found = shown(render_segment(path, count))
    tick = Fraction(1, 90_000)
    assert found == [sum(s <= Fraction(k, 30) + tick for s in starts) - 1 for k in range(count)]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotated_sources_are_upright(tmp_path: Path, render_segment: Render, degrees: int) -> None:
    upright = [numbered(number, 90, 160) for number in range(12)]
    stored = [gray_planes(np.ascontiguousarray(np.rot90(y, degrees // 90))) for y in upright]
    path = write_video(tmp_path / "v.mp4", [av_frame((p.y, p.u, p.v)) for p in stored])
    turn_clockwise(path, degrees)
    segment = render_segment(path, 12, delivery=Delivery(Size(90, 160), Fraction(30)))
    assert shown(segment) == list(range(12))


def test_vertical_from_horizontal_is_framed_around_the_centre(
    tmp_path: Path, render_segment: Render
) -> None:
    luma = np.full((180, 320), 60, np.uint8)
    luma[:, 220:260] = 190  # what the framing looks at
    planes = gray_planes(luma)
    path = write_video(tmp_path / "v.mp4", [av_frame((planes.y, planes.u, planes.v))] * 3)
    delivery = Delivery(Size(90, 160), Fraction(30))
    framing = Framing(center_x=240 / 320)
    picture = next(decode_segment(render_segment(path, 3, delivery=delivery, framing=framing)))
    bright = np.flatnonzero(picture.y[80] > 125)
    scale = 160 / 180
    assert abs(bright.mean() - 44.5) <= 1
    assert abs(len(bright) - 40 * scale) <= 2


def test_a_source_that_ends_too_soon_is_refused(tmp_path: Path, render_segment: Render) -> None:
    path = numbered_video(tmp_path / "v.mp4", 50, Fraction(25))
    assert shown(render_segment(path, 60))[-1] == 49  # exactly to its end
    with pytest.raises(InvalidInput, match=r"ends at 2\.000 s.*up to 2\.067 s"):
        render_segment(path, 62)
    with pytest.raises(InvalidInput, match=r"ends at 2\.000 s"):
        render_segment(path, 5, start_seconds=Fraction(9))


def test_half_a_frame_too_short_is_forgiven(tmp_path: Path, render_segment: Render) -> None:
    path = numbered_video(tmp_path / "v.mp4", 50, Fraction(25))
    late = Fraction(2) - Fraction(9, 30) + Fraction(1, 70)
    assert shown(render_segment(path, 10, start_seconds=late))[-1] == 49


@pytest.mark.parametrize(
    ("matrix", "size"), [("601", (640, 480)), ("709", (1280, 720))], ids=["sd", "hd"]
)
@pytest.mark.parametrize("full", [False, True])
def test_colours_survive(
    tmp_path: Path, render_segment: Render, matrix: str, size: tuple[int, int], full: bool
) -> None:
    for number, rgb in enumerate([(200, 40, 40), (40, 180, 60), (60, 70, 210), (128, 128, 128)]):
        tags = {"color_range": 2} if full else {}
        yuv = yuv_of(rgb, matrix, full)
        path = patch_video(tmp_path / f"{number}.mkv", size, yuv, "yuv420p", tags)
        planes = next(decode_segment(render_segment(path, 1)))
        assert np.abs(planes_to_rgb(planes)[40, 80].astype(int) - rgb).max() <= 3


def test_camera_moves_and_drafts_show_the_same_views(
    tmp_path: Path, render_segment: Render
) -> None:
    stripes = gray_planes(numbered(0b0101_0101_0101, 640, 360))
    path = write_video(tmp_path / "v.mp4", [av_frame((stripes.y, stripes.u, stripes.v))] * 31)
    fields = {"move": Move(MoveKind.PUSH_IN, 0.3), "accents": (Accent(18, 1.0),)}
    final = Delivery(Size(320, 180), Fraction(30))
    draft = Delivery(Size(160, 90), Fraction(30), Quality.DRAFT)
    large = list(decode_segment(render_segment(path, 31, delivery=final, **fields)))
    small = list(decode_segment(render_segment(path, 31, delivery=draft, **fields)))
    borders = [last_border(planes.y) for planes in large]
    assert borders[0] == pytest.approx(240, abs=0.5)
    assert borders[-1] == pytest.approx(160 + 80 / 0.7, abs=0.5)
    assert np.diff(borders).min() > -0.1
    assert [2 * last_border(p.y) for p in small] == pytest.approx(borders, abs=0.7)


def last_border(luma: np.ndarray) -> float:
    """Where the last of four stripes begins, in pixels, sub-pixel."""
    row = luma[:20].mean(0)
    dark = np.clip((190 - row[len(row) // 2 + 20 :]) / 130, 0, 1)
    return float(len(row) - dark.sum())


def test_a_clip_plays_backwards_frame_by_frame(tmp_path: Path, render_segment: Render) -> None:
    path = numbered_video(tmp_path / "v.mp4", 60)
    start = Fraction(10, 30)
    assert shown(render_segment(path, 30, start_seconds=start, is_reversed=True)) == list(
        range(39, 9, -1)
    )
    # Under transitions it goes on: what comes after its window is seen before it.
    beyond = render_segment(path, 30, start_seconds=start, is_reversed=True, span=(-4, 34))
    assert shown(beyond) == list(range(43, 5, -1))
    with pytest.raises(InvalidInput, match="needs its clip from"):
        render_segment(path, 30, start_seconds=start, is_reversed=True, span=(0, 41))


def test_a_frozen_clip_shows_one_picture(tmp_path: Path, render_segment: Render) -> None:
    path = numbered_video(tmp_path / "v.mp4", 40)
    knots = (
        TimeKnot(0, Fraction(0), Fraction(1, 30)),
        TimeKnot(9, Fraction(9, 30), Fraction(1, 30)),
        TimeKnot(10, Fraction(10, 30), Fraction(0)),
    )
    assert shown(render_segment(path, 20, time_map=knots)) == [*range(10), *[10] * 10]
