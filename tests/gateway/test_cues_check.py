from __future__ import annotations

from fractions import Fraction

import pytest

from services.gateway.cues import CueRules
from services.gateway.cues_check import cue_problems
from shared.captions import Caption
from tests.gateway.typed_film import cue

RATE = Fraction(30)


@pytest.mark.parametrize(
    ("caption", "problem"),
    [
        (cue(1, 0, 60, "a", "b", "c"), "has 3 lines, at most 2 are read"),
        (cue(1, 0, 90, "x" * 43), "has a line of 43 characters, at most 42 are read"),
        (cue(1, 0, 30, "x" * 21), "shows 21.0 characters a second, at most 20 are read"),
        (cue(1, 0, 24, "Short"), "is on screen for 0.80 s, at least 0.83 s are read"),
        (cue(1, 40, 63, "Over the cut"), "hangs 3 frames over a cut"),
        (cue(1, 96, 60, "Before the cut"), "begins 4 frames before a cut"),
    ],
)
def test_each_rule_is_told_with_its_figures(caption: Caption, problem: str) -> None:
    assert cue_problems([caption], [100], RATE, CueRules()) == {"c1": [problem]}


def test_a_good_cue_has_no_problems() -> None:
    good = cue(1, 40, 60, "This one is fine,", "and so is this.")
    assert cue_problems([good], [20, 40, 70, 100], RATE, CueRules()) == {}


def test_overlapping_cues_are_told() -> None:
    pair = [cue(1, 0, 40, "One here"), cue(2, 39, 40, "Two here")]
    assert cue_problems(pair, [], RATE, CueRules()) == {"c2": ["begins before c1 has ended"]}
