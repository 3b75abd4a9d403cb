"""Shots, cuts and references are found by the names that people use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.gateway.edits.place import (
    clips_near,
    cut_index,
    open_shot_index,
    picture_named,
    pictures_listed,
    shot_index,
    with_shot,
)
from shared.errors import Conflict, InvalidInput, NotFound
from tests.gateway.edits.scenes import edited, film


def test_by_id_and_by_number() -> None:
    timeline = film()
    for index, shot in enumerate(timeline.shots):
        assert shot_index(timeline, shot.id, "lock") == index
        assert shot_index(timeline, f"#{index + 1}", "lock") == index


def test_who_is_not_there_is_said_with_the_nearest() -> None:
    timeline = film()
    count, third = len(timeline.shots), timeline.shots[2].id
    with pytest.raises(NotFound, match=f"lock: no shot #{count + 1}; the film has {count} shots"):
        shot_index(timeline, f"#{count + 1}", "lock")
    with pytest.raises(NotFound, match=rf"no shot {third[:-1]}q; did you mean {third}\?"):
        shot_index(timeline, f"{third[:-1]}q", "lock")


def test_locked_shots_are_not_open_and_the_first_has_no_cut() -> None:
    locked = edited(film(), "lock", shot="#2")
    assert open_shot_index(locked, "#3", "split") == 2
    with pytest.raises(Conflict, match="is locked; unlock it first"):
        open_shot_index(locked, "#2", "split")
    assert cut_index(locked, "#2", "move_cut") == 1
    with pytest.raises(InvalidInput, match="no cut leads into it"):
        cut_index(locked, "#1", "move_cut")


def test_pictures_by_handle() -> None:
    assert picture_named(film(), "@walk", "insert") == picture_named(film(), "walk", "insert")
    with pytest.raises(NotFound, match="insert: no reference @nobody; the film has @"):
        picture_named(film(), "nobody", "insert")
    with pytest.raises(InvalidInput, match="@words is text"):
        picture_named(film(), "words", "insert")


def test_clips_near_are_those_of_a_shot_and_its_neighbours() -> None:
    shown = [shot.source.handle for shot in film().shots]
    for index in range(len(shown)):
        near = {*shown[max(0, index - 1) : index + 2]} - {"photo", "tall"}
        assert set(clips_near(film(), index)) == near


def test_with_shot_replaces_one() -> None:
    timeline = film()
    other = edited(timeline, "lock", shot="#2").shots[1]
    assert with_shot(timeline, 1, other).shots == (timeline.shots[0], other, *timeline.shots[2:])


def test_pictures_are_listed_with_the_names_of_their_files() -> None:
    one, *others = film().references
    named = replace(one, path="clips/ride.mp4")
    listed = pictures_listed(replace(film(), references=(named, *others)))
    assert listed.startswith(f"@{one.handle} (ride.mp4), @")
    assert "@words" not in listed
