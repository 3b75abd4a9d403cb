"""Shots get longer and shorter at either end, and nothing is seen at another time."""

from __future__ import annotations

import pytest

from services.gateway.edits.trim import (
    later,
    move_cut,
    move_end,
    move_start,
    spare_frames,
    too_short,
)
from shared.brief import MediaKind
from shared.errors import InvalidInput
from tests.gateway.edits.scenes import RATE, edited, film, first_of, window


def test_a_window_keeps_the_end_that_does_not_move() -> None:
    shot = edited(film(), "set_speed", shot="#1", speed=0.5).shots[0]
    start, end = window(shot)
    assert window(move_end(shot, 10, "test")) == (start, end + 5 / RATE)
    assert window(move_start(shot, 10, RATE, "test")) == (start + 5 / RATE, end)
    assert window(move_start(shot, -10, RATE, "test")) == (start - 5 / RATE, end)


def test_a_photo_has_no_later() -> None:
    photo = first_of(film(), MediaKind.IMAGE)
    assert later(photo.source, 30, RATE) is photo.source
    assert move_start(photo, 3, RATE, "test").frames == photo.frames - 3


def test_one_gives_what_the_other_gets() -> None:
    timeline = film()
    moved = move_cut(timeline, timeline.shots, 2, 5, "test")
    assert [one.frames - other.frames for one, other in zip(moved, timeline.shots, strict=True)][
        :4
    ] == [0, 5, -5, 0]


def test_a_shot_is_never_empty() -> None:
    shot = film().shots[0]
    with pytest.raises(InvalidInput, match=f"extend: shot {shot.id} would have 0 frames"):
        move_end(shot, -shot.frames, "extend")
    assert "expected at least 9" in too_short("extend", shot.id, 3, 9).message


def test_spare_frames_leave_the_minimum_and_none_of_a_locked_shot() -> None:
    timeline = film()
    frames = timeline.shots[2].frames
    assert spare_frames(timeline, 2) == frames - 9
    beside = edited(timeline, "set_transition", cut="#3", kind="dip", frames=40)
    assert spare_frames(beside, 2) == frames - 21
    assert spare_frames(edited(timeline, "lock", shot="#3"), 2) == 0
