"""What cuts and repeats cost: each fault of continuity costs more than its absence."""

from __future__ import annotations

import numpy as np
import pytest

from services.gateway.casting_cost import (
    FRAMES_AGAIN,
    NEAR_SHOTS,
    Neighbours,
    Usage,
    between,
    film_terms,
    nearness,
)
from services.gateway.footage_curves import FloatArray
from services.gateway.options import (
    FACE,
    FIRST,
    HEAD_DRIFT,
    HEAD_GAZE,
    ITEM,
    LAB,
    NUM_FEATURES,
    REFERENCE,
    STOP,
    TAIL_DRIFT,
    TAIL_GAZE,
    Catalogue,
)
from tests.gateway.synthetic import material, motion, style


def row(
    gaze: tuple[float, float] = (0.5, 0.5),
    drift: tuple[float, float] = (0.0, 0.0),
    face: float = 0.0,
    lightness: float = 50.0,
    place: int = 0,
    item: int = 0,
) -> FloatArray:
    values = np.zeros(NUM_FEATURES)
    values[HEAD_GAZE] = values[TAIL_GAZE] = gaze
    values[HEAD_DRIFT] = values[TAIL_DRIFT] = drift
    values[FACE], values[LAB] = face, (lightness, 0, 0)
    values[REFERENCE] = values[ITEM] = item
    values[FIRST], values[STOP] = place, place + 10
    return values


def cut(one: FloatArray, other: FloatArray, *, is_fast: bool = True) -> Neighbours:
    return between(one, other, is_fast)


def test_reversed_direction_costs_and_one_direction_gains() -> None:
    right, left, still = row(drift=(0.3, 0)), row(drift=(-0.3, 0)), row()
    assert float(cut(right, left).reversed) == 1
    assert float(cut(right, right).action_match) == 1
    for other in (still, row(drift=(0, 0.3))):
        assert float(cut(right, other).reversed) == float(cut(right, other).action_match) == 0


def test_the_same_face_at_the_same_size_is_a_jump_cut() -> None:
    close, wide = row(face=0.4), row(face=0.1)
    assert float(cut(close, row(face=0.42)).jump_cut) == 1
    assert float(cut(close, wide).jump_cut) == 0
    assert float(cut(close, row(face=0.4, lightness=80)).jump_cut) == 0
    assert float(cut(close, row()).jump_cut) == 0


def test_a_gaze_jump_of_over_a_third_costs_at_fast_pacing_alone() -> None:
    left, near, far = row(gaze=(0.1, 0.5)), row(gaze=(0.4, 0.5)), row(gaze=(0.9, 0.5))
    assert float(cut(left, near).gaze_jump) == 0
    assert float(cut(left, far).gaze_jump) == 1
    assert float(cut(left, far, is_fast=False).gaze_jump) == 0


def test_rows_broadcast() -> None:
    found = between(row(), np.stack([row(), row(lightness=90)]), True)
    assert found.gain.shape == (2,)
    assert found.colour_change.tolist() == [0, 1]


def test_a_window_is_not_near_itself_for_four_shots() -> None:
    again, others = row(place=0)[None], [row(place=50 * n, item=n) for n in range(1, 6)]
    costs = [
        float(nearness(np.stack([row(place=0), *others[:between_]]), again)[0])
        for between_ in range(NEAR_SHOTS + 1)
    ]
    assert costs[NEAR_SHOTS - 1] > 10
    assert costs[NEAR_SHOTS] == 0
    assert costs == sorted(costs, reverse=True)


@pytest.fixture
def usage() -> Usage:
    return Usage(Catalogue(material({"a": motion(4)}, {"p": style()})), 1.0)


def test_frames_again_cost_their_share(usage: Usage) -> None:
    shown = np.zeros(101, np.int16)
    shown[:5] = 1
    counts = np.ones(2, np.int64)
    gains = usage.again(np.stack([row(place=0), row(place=20)]), shown, counts, counts)
    assert gains[1] - gains[0] == pytest.approx(FRAMES_AGAIN / 2)
    film = np.stack([row(place=0), row(place=5), row(place=40)])
    assert usage.repeats(film).tolist() == [0, 0.5, 0]


def test_a_photo_repeats_no_frames_but_is_used_evenly(usage: Usage) -> None:
    photo = row(place=100, item=1)
    photo[STOP] = 101
    assert usage.repeats(np.stack([photo, photo])).tolist() == [0, 0]
    once, twice = (np.array([0, n], np.int64) for n in (1, 2))
    shown = np.zeros(101, np.int16)
    gains = [float(usage.again(photo[None], shown, n, n)[0]) for n in (once, twice)]
    assert gains[0] > gains[1] + 1


def test_the_terms_of_a_film_are_what_growing_it_gained(usage: Usage) -> None:
    film = np.stack([row(place=10 * n, drift=(0.1 * n, 0)) for n in range(5)])
    content, demands = np.arange(5.0), np.ones(5)
    is_fast = np.ones(4, np.bool_)
    terms = film_terms(film, content, demands, is_fast, usage)
    shown, references, items = np.zeros(101, np.int16), np.zeros(2, int), np.zeros(2, int)
    total = 0.0
    for index in range(5):
        option = film[index][None]
        total += content[index] + demands[index]
        total += float(usage.again(option, shown, references, items)[0])
        if index:
            total += float(between(film[index - 1], option, True).gain[0])
            total -= float(nearness(film[max(0, index - 4) : index], option)[0])
        shown[int(film[index, FIRST]) : int(film[index, STOP])] += 1
        references[0] += 1
        items[0] += 1
    assert sum(terms.values()) == pytest.approx(total)
