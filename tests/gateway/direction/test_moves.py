"""Ways of saying what the camera does, beyond those in said.txt."""

from __future__ import annotations

import pytest

from services.gateway.direction.moves import FORMS
from tests.gateway.direction.directed import compact


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("add a pan left to shot 3", "set_move 3 kind=pan_left"),
        ("centre shot 3", "set_framing 3 center_x=0.5 center_y=0.5"),
        ("much closer on shot 3", "set_framing 3 zoom=1.5625"),
    ],
)
def test_it_is_understood(text: str, meant: str) -> None:
    assert " | ".join(compact(text)) == meant


def test_examples_are_said_once() -> None:
    examples = [form.example for form in FORMS if form.example]
    assert len(set(examples)) == len(examples)
