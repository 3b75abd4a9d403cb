"""Shots: they have frames, a stable id, and know nothing of where they are."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.brief import MediaKind
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.shot import Footage, Shot, new_shot_id

BLOB = Digest.of_bytes(b"clip")


@pytest.mark.parametrize("frames", [0, -1])
def test_a_shot_needs_frames(frames: int) -> None:
    with pytest.raises(InvalidInput, match="expected at least 1"):
        Shot("s1", frames, Footage("a", BLOB, MediaKind.VIDEO))


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
