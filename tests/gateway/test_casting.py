"""Casting: roles first, no frame twice while footage lasts, loud music on lively pictures."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.casting import Cast, Slot, cast_slots
from services.gateway.material import Stretch
from shared.brief import Role
from tests.gateway.synthetic import material, motion, style


def slots(*seconds: float, energy: float = 0.5) -> tuple[Slot, ...]:
    return tuple(Slot(Fraction(value), energy) for value in seconds)


def windows(casts: tuple[Cast, ...], lengths: tuple[Slot, ...]) -> list[tuple[str, float, float]]:
    return [
        (
            cast.reference.handle,
            float(cast.start_seconds),
            float(cast.start_seconds + slot.length_seconds * cast.speed),
        )
        for cast, slot in zip(casts, lengths, strict=True)
    ]


def overlaps(shown: list[tuple[str, float, float]]) -> list[tuple[int, int]]:
    return [
        (i, j)
        for i, (one, a, b) in enumerate(shown)
        for j, (other, c, d) in enumerate(shown)
        if i < j and one == other and a < d - 1e-9 and c < b - 1e-9
    ]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([0.5, 1.0, 1.5, 2.0]), min_size=1, max_size=12), st.integers(0, 99))
def test_no_frame_is_shown_twice_while_footage_lasts(lengths: list[float], seed: int) -> None:
    # Twice the footage that is needed, so that even awkward packing leaves room.
    clips = {"a": motion(sum(lengths) + 4), "b": motion(sum(lengths) + 4)}
    wanted = slots(*lengths)
    shown = windows(cast_slots(wanted, material(clips), seed), wanted)
    assert overlaps(shown) == []


def test_windows_stay_inside_one_shot_of_their_source() -> None:
    clip = motion(10, shots=(0, 60, 170))
    wanted = slots(1.5, 2, 1, 2)
    for cast, slot in zip(cast_slots(wanted, material({"a": clip}), 0), wanted, strict=True):
        assert isinstance(cast.item, Stretch)
        assert cast.item.start_seconds <= cast.start_seconds
        end = cast.start_seconds + slot.length_seconds * cast.speed
        assert end <= cast.item.end_seconds


def test_first_and_last_frame_roles_and_the_logo_take_their_places() -> None:
    roles: dict[str, tuple[Role, ...]] = {"open": (Role.FIRST_FRAME,), "logo": (Role.LOGO,)}
    casts = cast_slots(
        slots(1, 1, 1, 1),
        material({"a": motion(20)}, {"open": style(), "logo": style(), "c": style()}, roles),
        0,
    )
    handles = [cast.reference.handle for cast in casts]
    assert (handles[0], handles[-1]) == ("open", "logo")
    assert not {"open", "logo"} & set(handles[1:-1])


def test_style_references_are_not_shown() -> None:
    found = material({"a": motion(5)}, {"look": style()}, {"look": (Role.STYLE,)})
    assert found.photos == ()


def test_loud_slots_get_the_lively_clip() -> None:
    quiet, loud = Slot(Fraction(1), 0.1), Slot(Fraction(1), 0.9)
    found = material({"calm": motion(30, speed=0.01), "wild": motion(30, speed=0.5)})
    casts = cast_slots((quiet, loud) * 4, found, 0)
    assert [cast.reference.handle for cast in casts] == ["calm", "wild"] * 4


def test_neighbours_differ() -> None:
    found = material({name: motion(30) for name in "abc"})
    handles = [cast.reference.handle for cast in cast_slots(slots(*[1] * 12), found, 3)]
    assert all(one != other for one, other in pairwise(handles))


def test_the_seed_decides_between_equals_and_nothing_else_does() -> None:
    found = material({name: motion(30) for name in "abcd"})
    wanted = slots(*[1] * 8)
    cast = {seed: windows(cast_slots(wanted, found, seed), wanted) for seed in range(5)}
    assert cast[0] == windows(cast_slots(wanted, found, 0), wanted)
    assert len({str(value) for value in cast.values()}) > 1


def test_a_slot_longer_than_all_footage_is_filled_in_slow_motion() -> None:
    casts = cast_slots(slots(4), material({"a": motion(2)}), 0)
    assert casts[0].speed == Fraction(1, 2)


def test_when_footage_runs_out_frames_repeat_but_every_slot_is_filled() -> None:
    wanted = slots(*[1] * 6)
    casts = cast_slots(wanted, material({"a": motion(2.5)}), 0)
    assert len(casts) == 6
    assert any(cast.repeats_frames for cast in casts)
    assert len(overlaps(windows(casts, wanted)[:2])) == 0


def test_every_reference_is_seen_when_there_are_shots_enough() -> None:
    clips = {f"c{n}": motion(30, speed=0.05 + n / 5) for n in range(4)}
    photos = {f"p{n}": style() for n in range(4)}
    for seed in range(5):
        casts = cast_slots(slots(*[1] * 10, energy=0.5), material(clips, photos), seed)
        assert {cast.reference.handle for cast in casts} == {*clips, *photos}


@pytest.mark.parametrize("count", [3])
def test_photos_are_used_evenly(count: int) -> None:
    found = material({}, {f"p{n}": style() for n in range(count)})
    handles = [cast.reference.handle for cast in cast_slots(slots(*[1] * 9), found, 0)]
    assert sorted(handles.count(f"p{n}") for n in range(count)) == [3, 3, 3]


def test_fixed_casts_stay_and_their_frames_are_shown_by_no_other() -> None:
    found = material({"a": motion(12), "b": motion(12)})
    wanted = slots(2, 2, 2, 2)
    stretch = found.stretches[0]
    fixed = {0: Cast(stretch, Fraction(2)), 3: Cast(stretch, Fraction(7))}
    casts = cast_slots(wanted, found, 0, fixed)
    assert (casts[0], casts[3]) == (fixed[0], fixed[3])
    assert overlaps(windows(casts, wanted)) == []
    # Beside a fixed shot of one clip stands the other.
    assert [cast.reference.handle for cast in casts] == ["a", "b", "b", "a"]


def test_all_fixed_is_all_kept() -> None:
    found = material({"a": motion(12)})
    fixed = {index: Cast(found.stretches[0], Fraction(index)) for index in range(3)}
    assert cast_slots(slots(1, 1, 1), found, 0, fixed) == tuple(fixed.values())
