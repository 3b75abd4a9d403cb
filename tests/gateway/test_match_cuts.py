from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from services.gateway.casting import Casting
from services.gateway.match_cuts import with_match_cuts
from services.gateway.options import (
    FACE,
    HEAD_DRIFT,
    HEAD_GAZE,
    LAB,
    NUM_FEATURES,
    TAIL_DRIFT,
    TAIL_GAZE,
)
from shared.brief import MediaKind, Size
from shared.digest import Digest
from shared.shot import Footage, Shot
from shared.sync_map import CutEvent, CutKind, CutPlan, PlannedCut
from shared.timeline import Timeline, Transition, TransitionKind

BLOB = Digest.of_bytes(b"x")
RATE = Fraction(30)
SOURCE = Footage("sea", BLOB, MediaKind.VIDEO)
SHOTS = tuple(Shot(f"s{n}-aaaaa", 30, SOURCE) for n in range(4))
FILM = Timeline(Size(640, 360), RATE, SHOTS, None, None, BLOB, 0, 5)
EVENTS = (CutEvent.PHRASE, CutEvent.DOWNBEAT, CutEvent.BEAT)
PLAN = CutPlan(
    RATE,
    120,
    0,
    tuple(
        PlannedCut(30 * (n + 1), 0, event, CutKind.ON_BEAT, 1.0, "why")
        for n, event in enumerate(EVENTS)
    ),
)


def casting() -> Casting:
    """A face meets a face, then a movement goes on twice."""
    rows = np.zeros((4, NUM_FEATURES))
    rows[:, LAB] = [[10, 0, 0], [40, 0, 0], [70, 0, 0], [20, 0, 0]]
    rows[:2, FACE] = 0.4
    rows[:, HEAD_GAZE] = rows[:, TAIL_GAZE] = 0.5
    rows[1:, TAIL_DRIFT] = rows[1:, HEAD_DRIFT] = [0.3, 0]
    return Casting((), 0.0, {}, features=rows)


def test_matches_are_told_where_the_music_makes_them_count() -> None:
    told = [cut.reason for cut in with_match_cuts(FILM, PLAN, casting()).cuts]
    assert told == [
        "why; match cut: a face where there was one before",
        "why; match cut: the movement goes on in the same direction",
        "why",
    ]


def test_a_cut_under_a_transition_is_no_match_cut() -> None:
    mixed = replace(FILM, transitions=(Transition("s1-aaaaa", TransitionKind.DISSOLVE, 4),))
    assert with_match_cuts(mixed, PLAN, casting()).cuts[0].reason == "why"


def test_a_plan_without_matches_is_the_very_same() -> None:
    apart = casting()
    assert apart.features is not None
    apart.features[:, TAIL_DRIFT] = 0
    apart.features[:, FACE] = 0
    assert with_match_cuts(FILM, PLAN, apart) is PLAN
    assert with_match_cuts(FILM, PLAN, Casting((), 0.0, {})) is PLAN
