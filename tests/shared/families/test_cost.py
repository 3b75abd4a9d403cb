"""Costs are counted from the architecture."""

from __future__ import annotations

import pytest

from shared.families.cost import Cost, Stack


def test_operations_are_two_for_a_weight_and_four_for_a_pair() -> None:
    stack = Stack(1, 8, 16, cross=0)
    tokens = 100
    weights = 4 * 8 * 8 + 2 * 8 * 16
    assert stack.operations(tokens) == 2 * tokens * weights + 4 * tokens * (tokens + 512) * 8
    assert Stack(3, 8, 16, cross=0).operations(tokens) == 3 * stack.operations(tokens)
    assert Stack(1, 8, 16).operations(tokens) - stack.operations(tokens) == 4 * tokens * 64


def test_all_steps_together() -> None:
    assert Cost(3.4, 50, 28.6, 9.4).petaflop == pytest.approx(170)
