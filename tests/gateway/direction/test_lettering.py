"""Ways of saying what is written on the picture, beyond those in said.txt."""

from __future__ import annotations

import pytest

from services.gateway.direction.lettering import FORMS
from tests.gateway.direction.directed import compact


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('it should say "sleep" not "wake"', "set_caption cue=c3 text=and sleep again."),
        ("put the end card at the top", "set_title title=t2 place=top"),
        (
            'change the small print of the end card to "Terms apply"',
            "set_title title=t2 legal=Terms apply",
        ),
    ],
)
def test_it_is_understood(text: str, meant: str) -> None:
    assert " | ".join(compact(text)) == meant


def test_examples_are_said_once() -> None:
    examples = [form.example for form in FORMS if form.example]
    assert len(set(examples)) == len(examples)
