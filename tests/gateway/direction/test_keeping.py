"""Ways of saying what stays, beyond those in said.txt."""

from __future__ import annotations

import pytest

from services.gateway.direction.keeping import FORMS
from tests.gateway.direction.directed import compact


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("i am happy with shot 2", "lock 2"),
        ("pin shots 2 and 3 in place", "pin 2 | pin 3"),
    ],
)
def test_it_is_understood(text: str, meant: str) -> None:
    assert " | ".join(compact(text)) == meant


def test_examples_are_said_once() -> None:
    examples = [form.example for form in FORMS if form.example]
    assert len(set(examples)) == len(examples)
