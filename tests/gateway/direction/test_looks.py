"""Ways of saying how shots look, beyond those in said.txt."""

from __future__ import annotations

import pytest

from services.gateway.direction.looks import FORMS
from tests.gateway.direction.directed import compact


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("punchier", "adjust_grade contrast=0.12"),
        ("shot 8 looks a bit too warm", "set_grade 8 warmth=0.2"),
        ("give the intro a warmer look", "adjust_grade section=intro warmth=0.2"),
        ("reset the grade of shot 8", "set_grade 8 warmth=0.0"),
    ],
)
def test_it_is_understood(text: str, meant: str) -> None:
    assert " | ".join(compact(text)) == meant


def test_examples_are_said_once() -> None:
    examples = [form.example for form in FORMS if form.example]
    assert len(set(examples)) == len(examples)
