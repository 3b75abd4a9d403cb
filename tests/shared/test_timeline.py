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
from shared.shot import Footage, Shot, new_shot_id
from shared.timeline import Timeline

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


def test_shot_ids_are_used_once() -> None:
    timeline = _timeline([10, 10])
    with pytest.raises(InvalidInput, match="repeat"):
        dataclasses.replace(timeline, shots=(timeline.shots[0], timeline.shots[0]))
