"""Timelines: shots tile the film, and know nothing of where they are."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.brief import MediaKind, Size
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.timeline import Footage, Shot, Timeline, new_shot_id

BLOB = Digest.of_bytes(b"clip")


def _timeline(lengths: list[int]) -> Timeline:
    shots = tuple(
        Shot(new_shot_id(0, number), frames, Footage("a", BLOB, MediaKind.VIDEO))
        for number, frames in enumerate(lengths)
    )
    return Timeline(Size(1280, 720), Fraction(25), shots, None, None, BLOB, 0, len(shots))


@given(st.lists(st.integers(1, 500), min_size=1, max_size=40))
def test_shots_tile_the_film(lengths: list[int]) -> None:
    timeline = _timeline(lengths)
    ends = [
        start + shot.frames
        for start, shot in zip(timeline.start_frames(), timeline.shots, strict=True)
    ]
    assert timeline.start_frames() == (0, *ends[:-1])
    assert ends[-1] == timeline.frame_count == sum(lengths)


def test_a_timeline_needs_shots() -> None:
    with pytest.raises(InvalidInput, match="at least one shot"):
        _timeline([])


@pytest.mark.parametrize("frames", [0, -1])
def test_a_shot_needs_frames(frames: int) -> None:
    with pytest.raises(InvalidInput, match="expected at least 1"):
        _timeline([frames])


def test_shot_ids_are_used_once() -> None:
    timeline = _timeline([10, 10])
    with pytest.raises(InvalidInput, match="repeat"):
        dataclasses.replace(timeline, shots=(timeline.shots[0], timeline.shots[0]))


def test_shot_ids_are_stable() -> None:
    # They are in stored timelines and in people's notes.
    assert [new_shot_id(0, number) for number in (1, 2)] == ["s1-v4h5j", "s2-nw2vo"]
    assert new_shot_id(1, 1) != new_shot_id(0, 1)


@given(st.integers(0, 2**63), st.lists(st.integers(0, 10**6), unique=True, max_size=50))
def test_shot_ids_of_one_film_differ(seed: int, numbers: list[int]) -> None:
    assert len({new_shot_id(seed, number) for number in numbers}) == len(numbers)


def test_a_shot_holds_no_place_in_the_film() -> None:
    names = {field.name for field in dataclasses.fields(Shot)}
    assert not names & {"start", "start_frame", "index", "position"}
