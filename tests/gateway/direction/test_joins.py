"""Ways of saying how one shot becomes the next, beyond those in said.txt."""

from __future__ import annotations

import pytest

from services.gateway.direction.joins import FORMS
from tests.gateway.direction.directed import compact


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("crossfade into shot 5 over 12 frames", "set_transition 5 kind=dissolve frames=12"),
        ("dissolve out of shot 4", "set_transition 5 kind=dissolve"),
        ("remove the transition between shots 5 and 6", "remove_transition 6"),
    ],
)
def test_it_is_understood(text: str, meant: str) -> None:
    assert " | ".join(compact(text)) == meant


def test_examples_are_said_once() -> None:
    examples = [form.example for form in FORMS if form.example]
    assert len(set(examples)) == len(examples)
