"""What transitions take, and the shortest shot beside them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from services.gateway.edits.overlap import Overlap, minimum_frames, overlaps
from shared.timeline import Transition, TransitionKind
from tests.gateway.edits.scenes import film


def test_head_tail_and_taken_add_up_to_the_transitions() -> None:
    first, second, third = film().shots[:3]
    around = overlaps(
        (first, second, third),
        [
            Transition(second.id, TransitionKind.DIP, 7),
            Transition(third.id, TransitionKind.WHIP, 4),
            Transition("gone", TransitionKind.WHIP, 4),
            Transition(first.id, TransitionKind.WHIP, 4),
        ],
    )
    assert around == {
        first.id: Overlap(head=0, tail=4, taken=3),
        second.id: Overlap(head=3, tail=2, taken=6),
        third.id: Overlap(head=2, tail=0, taken=2),
    }


@pytest.mark.parametrize(
    ("rate", "taken", "frames"),
    [
        (Fraction(30), 0, 9),
        (Fraction(30), 9, 10),
        (Fraction(30000, 1001), 0, 9),
        (Fraction(25), 0, 8),
        (Fraction(24), 0, 8),
        (Fraction(1), 0, 1),
    ],
)
def test_three_tenths_of_a_second_rounded_up(rate: Fraction, taken: int, frames: int) -> None:
    assert minimum_frames(Overlap(taken=taken), rate) == frames
