"""Cuts are where the frames say: moved, lost, repeated and invisible ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.cut_search import SEARCH_FRAMES, find_cut

OUT = [f"a{index}" for index in range(20)]
IN = [f"b{index}" for index in range(20)]


def test_cut_on_its_frame() -> None:
    assert find_cut(OUT + IN, OUT, IN, 20) == 20


@given(st.integers(-SEARCH_FRAMES, SEARCH_FRAMES))
def test_moved_cut_is_found_where_it_is(moved: int) -> None:
    assert find_cut(["x"] * 5 + OUT + IN, OUT, IN, 25 + moved) == 25


def test_cut_further_away_is_not_found() -> None:
    assert find_cut(OUT + IN, OUT, IN, 20 - SEARCH_FRAMES - 1) is None


def test_lost_or_strange_frames_at_the_join_are_no_cut() -> None:
    assert find_cut(OUT[:-1] + IN, OUT, IN, 20) is None
    assert find_cut(OUT + IN[1:], OUT, IN, 20) is None
    assert find_cut([*OUT, "x", *IN], OUT, IN, 20) is None


def test_shot_that_begins_with_equal_frames_is_cut_at_the_join() -> None:
    still = ["b0", "b0", "b0", "b1", "b2"]
    assert find_cut(OUT + still, OUT, still, 20) == 20
    assert find_cut([*OUT[:17], "a17", "a17", "a17", *still], [*OUT[:17]] + ["a17"] * 3, still, 20)


def test_equal_frames_on_both_sides_are_told_apart_by_their_neighbours() -> None:
    outgoing, incoming = ["a0", "a1", "s", "s"], ["s", "s", "s", "b3", "b4"]
    assert find_cut(outgoing + incoming, outgoing, incoming, 4) == 4
    # The plan does not attract it.
    assert find_cut(["x", *outgoing, *incoming], outgoing, incoming, 4) == 5


def test_cut_that_nobody_can_see_is_not_reported() -> None:
    assert find_cut(["s"] * 40, ["s"] * 20, ["s"] * 20, 20) is None


def test_plan_outside_the_film_finds_nothing() -> None:
    assert find_cut(OUT, OUT, IN, 20) is None
    assert find_cut([], OUT, IN, 20) is None
