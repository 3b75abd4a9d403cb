"""Ways of saying where shots begin and end, beyond those in said.txt."""

from __future__ import annotations

import pytest

from services.gateway.direction.cutting import FORMS
from tests.gateway.direction.directed import compact


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("cut shot 3 in half", "split 3 event=beat"),
        ("make a cut at 0:01", "split 1 frame=25"),
        ("extend shot 3 by a beat ripple", "extend 3 frames=13 ripple=True"),
    ],
)
def test_it_is_understood(text: str, meant: str) -> None:
    assert " | ".join(compact(text)) == meant


def test_examples_are_said_once() -> None:
    examples = [form.example for form in FORMS if form.example]
    assert len(set(examples)) == len(examples)
