"""Kinds of values: read from JSON, checked, written back."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest

from services.gateway.edits.fields import (
    CUT,
    HANDLE,
    SHOT,
    Choice,
    Exact,
    Flag,
    Kind,
    Number,
    Whole,
    refuse,
)
from shared.timeline import TransitionKind


def takes(kind: Kind, value: Any) -> bool:
    try:
        kind.check(kind.read(value))
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (SHOT, ["s3-ab2cd", "#1", "#120"], ["", "#0", "#-1", "#1.5", "3", 3, "S3-ab2cd", None]),
        (CUT, ["s3-ab2cd", "#2"], ["beat", ["#2"]]),
        (HANDLE, ["walk", "@walk"], ["", "@", "@@walk", "1", "a b", 5]),
        (Flag(), [True, False], [1, 0, "true", None]),
        (Whole(1, 9), [1, 9], [0, 10, 1.0, True, "1", 10**400]),
        (Number(0, 2), [0, 2, 0.5], [-0.1, 2.1, "1", True, math.nan, math.inf, 10**400, None]),
        (Exact(0.25, 4), [0.25, 1, 4], [0.2, 5, 1e300, math.nan, "1"]),
        (Choice(TransitionKind), ["dip"], ["Dip", "", 1, None]),
    ],
)
def test_what_is_taken(kind: Kind, good: list[Any], bad: list[Any]) -> None:
    assert [value for value in good if not takes(kind, value)] == []
    assert [value for value in bad if takes(kind, value)] == []
    assert all(kind.read(kind.write(kind.read(value))) == kind.read(value) for value in good)


def test_decimals_are_exact_and_negative_zero_is_zero() -> None:
    assert Exact(0, 4).read(0.1) == Fraction(1, 10)
    assert Exact(0, 4).read(1 / 3) == Fraction(1, 3)
    assert math.copysign(1, Number(-1, 1).read(-0.0)) == 1


def test_a_refusal_names_everything_and_is_short() -> None:
    message = refuse("split", "frame", "x" * 500, "a whole number").message
    assert message.startswith("split: frame is 'xxx")
    assert message.endswith("...; expected a whole number")
    assert len(message) < 120
