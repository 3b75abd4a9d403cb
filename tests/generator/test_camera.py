from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.generator.footage.camera import CameraPath, plan_camera
from shared.shot import Accent, AccentLook, AccentLookKind, Framing, Move, MoveKind

WIDE = Fraction(16, 9)
CENTERED = Framing()
SIDES = st.integers(16, 6000)
UNIT = st.floats(0, 1)
ASPECTS = st.sampled_from([WIDE, Fraction(9, 16), Fraction(1), Fraction(4, 5), Fraction(239, 100)])


def plan(
    source: tuple[int, int],
    move: Move,
    framing: Framing = CENTERED,
    aspect: Fraction = WIDE,
    frames: int = 31,
    accents: tuple[Accent, ...] = (),
) -> CameraPath:
    return plan_camera(source, aspect, framing, move, frames, accents, Fraction(30))


@given(
    source=st.tuples(SIDES, SIDES),
    aspect=ASPECTS,
    framing=st.builds(Framing, UNIT, UNIT, st.floats(1, 4)),
    move=st.builds(Move, st.sampled_from(MoveKind), st.floats(0, 0.5)),
    accents=st.lists(st.builds(Accent, st.integers(0, 30), UNIT), max_size=4),
)
def test_every_view_is_inside_of_the_aspect_and_moves_one_way(
    source: tuple[int, int],
    aspect: Fraction,
    framing: Framing,
    move: Move,
    accents: list[Accent],
) -> None:
    path = plan(source, move, framing, aspect, accents=tuple(accents))
    rects = path.rects()
    scale = max(source)
    assert len(rects) == 31
    assert all(rect.is_inside(*source, tolerance=1e-6 * scale) for rect in rects)
    assert all(rect.width / rect.height == pytest.approx(float(aspect)) for rect in rects)
    values = np.array([[r.left, r.top, r.width, r.height] for r in rects]) / scale
    for column in values.T:
        steps = np.diff(column)
        assert (steps >= -1e-9).all() or (steps <= 1e-9).all()
    assert path.smallest_width == pytest.approx(min(rect.width for rect in rects))


def test_hold_shows_the_largest_crop_around_the_centre() -> None:
    path = plan((4000, 3000), Move())
    assert path.is_still
    rect = path.rects()[0]
    assert (rect.left, rect.width, rect.height) == pytest.approx((0, 4000, 2250))
    assert rect.top == pytest.approx(375)
    low = plan((4000, 3000), Move(), Framing(0.5, 1.0)).rects()[0]
    assert low.top == pytest.approx(750)
    close = plan((4000, 3000), Move(), Framing(0.25, 0.5, 2.0)).rects()[0]
    assert (close.left, close.top, close.width) == pytest.approx((0, 937.5, 2000))


def test_push_in_and_pull_out_mirror_each_other() -> None:
    push = plan((1920, 1080), Move(MoveKind.PUSH_IN, 0.2), Framing(0.7, 0.3)).rects()
    pull = plan((1920, 1080), Move(MoveKind.PULL_OUT, 0.2), Framing(0.7, 0.3)).rects()
    assert push[0].width == pytest.approx(1920)
    assert push[-1].width == pytest.approx(1920 * 0.8)
    assert push[0] == pull[-1]
    assert push[-1].left + push[-1].width / 2 == pytest.approx(0.6 * 1920)  # as far as it reaches
    ratios = [b.width / a.width for a, b in pairwise(push)]
    middle, quarter = ratios[15], ratios[7]
    speed = {15: 6 * 0.25, 7: 6 * 0.25 * 0.75}  # of the ease at these times
    assert np.log(middle) / np.log(quarter) == pytest.approx(speed[15] / speed[7], rel=0.05)


@pytest.mark.parametrize(
    ("kind", "across", "down"),
    [
        (MoveKind.PAN_LEFT, -1, 0),
        (MoveKind.PAN_RIGHT, 1, 0),
        (MoveKind.TILT_UP, 0, -1),
        (MoveKind.TILT_DOWN, 0, 1),
    ],
)
def test_pans_and_tilts_travel_their_amount(kind: MoveKind, across: int, down: int) -> None:
    rects = plan((3000, 3000), Move(kind, 0.1), aspect=Fraction(1), framing=Framing(zoom=2)).rects()
    first, last = rects[0], rects[-1]
    assert first.width == last.width == pytest.approx(1500)
    assert last.left - first.left == pytest.approx(across * 150)
    assert last.top - first.top == pytest.approx(down * 150)
    assert (first.left + last.left) / 2 == pytest.approx(750)


def test_a_tilt_uses_the_spare_height_of_a_photo() -> None:
    rects = plan((3000, 2000), Move(MoveKind.TILT_UP, 0.15)).rects()
    assert rects[0].width == pytest.approx(3000)  # no zoom: the height is there
    assert rects[0].top - rects[-1].top == pytest.approx(0.15 * 3000 / WIDE)


def test_without_room_the_view_is_closer() -> None:
    rects = plan((1920, 1080), Move(MoveKind.PAN_RIGHT, 0.1)).rects()
    assert rects[0].width == pytest.approx(1920 / 1.1)
    assert rects[0].left == pytest.approx(0)
    assert rects[-1].left + rects[-1].width == pytest.approx(1920)


def test_drafts_and_finals_share_the_path() -> None:
    # A photo is decoded at the size that is needed; the path scales with it.
    large = plan((4000, 3000), Move(MoveKind.TILT_DOWN, 0.1), accents=(Accent(12, 1.0),)).rects()
    small = plan((1000, 750), Move(MoveKind.TILT_DOWN, 0.1), accents=(Accent(12, 1.0),)).rects()
    assert [r.top for r in large] == pytest.approx([4 * r.top for r in small])


def test_a_roll_turns_evenly_through_level_and_shows_no_edge() -> None:
    rects = plan((1600, 900), Move(MoveKind.ROLL_CLOCKWISE, 0.2)).rects()
    assert (rects[0].turn, rects[-1].turn) == pytest.approx((-0.1, 0.1))
    assert rects[15].turn == pytest.approx(0)
    assert all(rect.is_inside(1600, 900) for rect in rects)
    other = plan((1600, 900), Move(MoveKind.ROLL_COUNTERCLOCKWISE, 0.2)).rects()
    assert [rect.turn for rect in other] == pytest.approx([-rect.turn for rect in rects])


def test_a_whip_rests_goes_at_once_and_stops_on_the_strongest_accent() -> None:
    accents = (Accent(12, 0.4), Accent(40, 0.9))
    path = plan((1600, 900), Move(MoveKind.WHIP_RIGHT, 0.4), frames=60, accents=accents)
    rects = path.rects()
    lefts = [rect.left for rect in rects]
    assert len(set(lefts[:32])) == 1
    assert len(set(lefts[40:])) == 1
    assert lefts[40] - lefts[31] == pytest.approx(0.4 * rects[0].width)
    blurs = [rect.blur for rect in rects]
    assert blurs[:32] == [0] * 32
    assert blurs[40:] == [0] * 20
    assert max(blurs) > 0.05
    assert all(a <= b for a, b in pairwise(lefts))


def test_looks_strike_a_camera_that_rests() -> None:
    looks = (AccentLook(AccentLookKind.PUNCH_IN, 5, 0.5),)
    path = plan_camera((1600, 900), WIDE, CENTERED, Move(), 31, (), Fraction(30), looks)
    assert not path.is_still
    widths = [rect.width for rect in path.rects((-3, 31))]
    assert widths[:8] == [1600] * 8
    assert widths[8] == pytest.approx(1600 * 0.94) == pytest.approx(path.smallest_width)
