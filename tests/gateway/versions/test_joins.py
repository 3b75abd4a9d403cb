"""Where a film may go on: as far into its bar, and without a step in its beat."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.gateway.versions.joins import Joins, same_source_cost
from shared.sync_map import SAMPLE_RATE_HZ, SpokenText
from tests.gateway.edits.scenes import SYNC_MAP, film

BAR = tuple(range(0, 30 * SAMPLE_RATE_HZ, 2 * SAMPLE_RATE_HZ))


@pytest.fixture
def joins() -> Joins:
    return Joins(film(), replace(SYNC_MAP, downbeats=BAR))


def test_a_frame_knows_its_beat_in_the_bar(joins: Joins) -> None:
    # Frame 0 plays at 2 s, a downbeat; a beat is 15 frames.
    assert [joins.place(frame).in_bar for frame in (0, 15, 30, 45, 60)] == [0, 1, 2, 3, 0]
    assert not joins.place(7).is_on_beat


def test_a_join_of_equal_beats_costs_least_and_one_off_the_beat_most(joins: Joins) -> None:
    same, other, off = (joins.cost(60, enter) for enter in (180, 195, 187))
    assert same < other < off


def test_more_left_out_costs_more(joins: Joins) -> None:
    assert joins.cost(60, 120) < joins.cost(60, 480)


def test_a_step_in_the_rhythm_is_told_in_ms(joins: Joins) -> None:
    assert joins.step_ms(60, 180) == pytest.approx(0)
    assert joins.step_ms(61, 180) == pytest.approx(1000 / 30)
    assert joins.step_ms(67, 180) is None


def test_a_word_is_not_cut_for_less(joins: Joins) -> None:
    word = SpokenText("morning", joins.sample(50), joins.sample(70))
    spoken = replace(joins, sync_map=replace(SYNC_MAP, downbeats=BAR, words=(word,)))
    assert spoken.cost(60, 180) > joins.cost(60, 180) + 4


def test_a_silent_film_joins_anywhere_alike() -> None:
    silent = Joins(replace(film(), sound=None), None)
    assert silent.cost(7, 100) == pytest.approx(silent.cost(10, 103))


def test_one_source_after_itself_is_a_jump() -> None:
    shots = film().shots
    same = next(
        (i, j)
        for i in range(len(shots))
        for j in range(i + 1, len(shots))
        if shots[i].source.handle == shots[j].source.handle
    )
    other = next(
        j for j in range(1, len(shots)) if shots[j].source.handle != shots[0].source.handle
    )
    assert same_source_cost(film(), *same) > 0 == same_source_cost(film(), 0, other)
