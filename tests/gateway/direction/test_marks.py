"""Ways of saying what else is put on the picture."""

from __future__ import annotations

import pytest

from services.gateway.direction.marks import FORMS
from shared.errors import InvalidInput
from tests.gateway.direction.directed import compact


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ('add a title "Open late" for 3 seconds', "add_title text=Open late seconds=3.0"),
        (
            'add a lower third "Ana Silva" with the details "Baker" over @coast',
            "add_title text=Ana Silva kind=lower_third details=Baker on=@coast",
        ),
        ('add an end card saying "Bye"', "add_title text=Bye kind=end_card"),
        (
            "use @mug as the logo in the lower right corner at 80% opacity",
            "add_logo source=@Mug corner=bottom_right opacity=0.8",
        ),
        ("hide the logo", "remove_logo"),
    ],
)
def test_it_is_understood(text: str, meant: str) -> None:
    assert " | ".join(compact(text)) == meant


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("use @ride as the logo", "expected a photo"),
        ("put the logo in the top left at 5%", "expected 20% to 100%"),
        ('add a title "Hi" at 0:50', "not inside the film"),
    ],
)
def test_what_cannot_be_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        compact(text)
    assert reason in refused.value.message


def test_examples_are_said_once() -> None:
    examples = [form.example for form in FORMS if form.example]
    assert len(set(examples)) == len(examples)
