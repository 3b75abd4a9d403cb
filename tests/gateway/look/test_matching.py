"""Matching neighbours: nearer where they are alike, as they are where they differ on purpose."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from services.gateway.look.colors import graded
from services.gateway.look.matching import (
    AUTOMATIC,
    AUTOMATIC_IN_ONE_SOURCE,
    BY_HAND,
    match_neighbours,
    solve_match,
)
from shared.brief import MediaKind
from shared.digest import Digest
from shared.shot import Footage, Grade, Match, Shot

RNG = np.random.default_rng(11)


def shots(sources: str) -> list[Shot]:
    return [
        Shot(f"s{n}-aa", 30, Footage(name, Digest.of_bytes(name.encode()), MediaKind.VIDEO))
        for n, name in enumerate(sources, start=1)
    ]


def lab(*values: float) -> np.ndarray:
    return np.array(values, np.float64)


def jumps(colors: list[np.ndarray]) -> list[float]:
    return [float(np.linalg.norm(a - b)) for a, b in pairwise(colors)]


def after(matched: tuple[Shot, ...], colors: list[np.ndarray]) -> list[np.ndarray]:
    return [graded(color, shot.grade) for shot, color in zip(matched, colors, strict=True)]


def test_one_camera_that_drifts_is_brought_together() -> None:
    colors = [lab(52, 2, 6), lab(47, 1, 1), lab(54, 3, 8), lab(49, 1, 3)]
    matched = match_neighbours(shots("aaaa"), colors)
    assert sum(jumps(after(matched, colors))) < 0.6 * sum(jumps(colors))
    assert matched[1].grade.match.toward == ("s1-aa", "s3-aa")
    assert matched[0].grade.match.exposure_stops < 0 < matched[1].grade.match.exposure_stops


def test_night_beside_day_stays_night() -> None:
    matched = match_neighbours(shots("ab"), [lab(15, 2, -12), lab(70, 0, 10)])
    assert [shot.grade for shot in matched] == [Grade(), Grade()]


def test_the_colour_of_another_scene_is_its_own() -> None:
    colors = [lab(50, -4, -4), lab(50, 4, 4)]
    alike = match_neighbours(shots("aa"), colors)
    other = match_neighbours(shots("ab"), colors)
    assert jumps(after(other, colors))[0] > jumps(after(alike, colors))[0]
    assert abs(other[0].grade.match.warmth) < abs(alike[0].grade.match.warmth)


def test_shots_of_one_source_are_changed_alike_wherever_they_stand() -> None:
    colors = [lab(50, 0, 0), lab(42, 0, 0), lab(80, 0, 40), lab(50, 0, 0), lab(80, 0, 40)]
    matched = match_neighbours(shots("abcac"), colors)
    first, again = matched[0].grade.match, matched[3].grade.match
    assert first.exposure_stops < 0
    assert again.exposure_stops < 0.5 * first.exposure_stops
    assert again.toward == ()


def test_limits_hold_whatever_the_film() -> None:
    for _ in range(20):
        sources = "".join(RNG.choice(list("abcd"), 12))
        colors = [RNG.normal((50, 0, 0), (12, 8, 8)) for _ in sources]
        matched = match_neighbours(shots(sources), colors)
        for index, shot in enumerate(matched):
            near = sources[max(0, index - 1) : index + 2]
            beside = near.count(sources[index]) > 1
            limits = AUTOMATIC_IN_ONE_SOURCE if beside else AUTOMATIC
            for field in dataclasses.fields(limits):
                value = abs(getattr(shot.grade.match, field.name))
                assert value <= getattr(limits, field.name) + 1e-9


def test_equal_shots_and_unknown_ones_are_left_alone() -> None:
    same = shots("abc")
    assert match_neighbours(same, [lab(50, 1, 1)] * 3) == tuple(same)
    assert match_neighbours(same, [lab(50, 1, 1), None, lab(55, 1, 1)]) == tuple(same)
    assert match_neighbours(same[:1], [lab(50, 1, 1)]) == tuple(same[:1])


def test_what_people_set_stays() -> None:
    film = shots("aa")
    film[0] = replace(film[0], grade=Grade(warmth=0.5, look=Digest.of_bytes(b"look")))
    matched = match_neighbours(film, [lab(50, 0, 0), lab(44, 0, 0)])
    assert matched[0].grade.match != Match()
    assert replace(matched[0].grade, match=Match()) == film[0].grade


@pytest.mark.parametrize("grade", [Grade(), Grade(0.3, 1.2, 0.8, -0.2)])
def test_a_match_by_hand_meets_its_target(grade: Grade) -> None:
    color, wanted = lab(40, 5, -5), lab(52, 1, 4)
    found = solve_match(color, wanted, grade, BY_HAND)
    assert np.linalg.norm(graded(color, replace(grade, match=found)) - wanted) < 1


def test_black_cannot_be_matched_and_does_no_harm() -> None:
    found = solve_match(lab(0, 0, 0), lab(50, 0, 0), Grade(), BY_HAND)
    assert abs(found.exposure_stops) <= BY_HAND.exposure_stops
