"""Ways of saying what a shot shows, beyond those in said.txt."""

from __future__ import annotations

import pytest

from services.gateway.direction.sources import FORMS
from tests.gateway.direction.directed import compact


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("use @mug as shot 1", "replace_source 1 source=@Mug"),
        ("insert a bar of @ride after shot 3", "insert source=@ride after=3 beats=4"),
        (
            'generate shot 3 from "a city, of sand"',
            "replace_source 3 source=generate prompt=a city, of sand",
        ),
        (
            "swap @ride for @coast in shots 1 and 4",
            "replace_source 1 source=@coast | replace_source 4 source=@coast",
        ),
    ],
)
def test_it_is_understood(text: str, meant: str) -> None:
    assert " | ".join(compact(text)) == meant


def test_examples_are_said_once() -> None:
    examples = [form.example for form in FORMS if form.example]
    assert len(set(examples)) == len(examples)
