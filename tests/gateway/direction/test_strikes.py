"""Ways of saying how the picture strikes on the beats."""

from __future__ import annotations

import pytest

from services.gateway.direction.strikes import FORMS
from shared.errors import InvalidInput
from tests.gateway.direction.directed import compact


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "shake the camera on every beat in shots 5 and 6 at 40%",
            "set_accent_look 5 kind=shake strength=0.4 | set_accent_look 6 kind=shake strength=0.4",
        ),
        (
            "punch-ins in the first chorus",
            "set_accent_look 5 kind=punch_in | set_accent_look 6 kind=punch_in"
            " | set_accent_look 7 kind=punch_in",
        ),
        ("turn the accents off in shot 4", "disable_accents 4"),
    ],
)
def test_it_is_understood(text: str, meant: str) -> None:
    assert " | ".join(compact(text)) == meant


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no flashes in shot 6", "nothing strikes"),
        ("flash on the beats in shot 6 at 400%", "expected 5% to 100%"),
        ("punch in on shot 3", "is not understood"),
    ],
)
def test_what_cannot_be_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        compact(text)
    assert reason in refused.value.message


def test_examples_are_said_once() -> None:
    examples = [form.example for form in FORMS if form.example]
    assert len(set(examples)) == len(examples)
