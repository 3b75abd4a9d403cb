"""Ways of saying how fast it goes, beyond those in said.txt."""

from __future__ import annotations

import pytest

from services.gateway.direction.pace import FORMS
from tests.gateway.direction.directed import compact


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("play shots 1 and 2 30% faster", "set_speed 1 speed=1.3 | set_speed 2 speed=1.3"),
        ("much faster", "set_pacing pacing=frantic"),
        ("only cut on sentences", "set_pacing pacing=steady cuts_on=sentences"),
    ],
)
def test_it_is_understood(text: str, meant: str) -> None:
    assert " | ".join(compact(text)) == meant


def test_examples_are_said_once() -> None:
    examples = [form.example for form in FORMS if form.example]
    assert len(set(examples)) == len(examples)
