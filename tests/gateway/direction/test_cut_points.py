"""Ways of saying where a cut falls."""

from __future__ import annotations

import pytest

from services.gateway.direction.cut_points import FORMS
from shared.errors import InvalidInput
from tests.gateway.direction.directed import compact


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("nudge the cut into shot 3 back a beat", "move_cut 3 event=previous_beat"),
        ("roll the cut between shots 4 and 5 forward 6 frames", "move_cut 5 frame=206"),
        ("move the cut into shot 3 to 0:05", "move_cut 3 frame=125"),
    ],
)
def test_it_is_understood(text: str, meant: str) -> None:
    assert " | ".join(compact(text)) == meant


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("roll the cut between shots 3 and 5 back a beat", "do not meet"),
        ("nudge the cut into shot 1 back a beat", "no cut leads into it"),
        ("move the cut into shot 2 back 10 seconds", "not inside the film"),
    ],
)
def test_what_cannot_be_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        compact(text)
    assert reason in refused.value.message


def test_examples_are_said_once() -> None:
    examples = [form.example for form in FORMS if form.example]
    assert len(set(examples)) == len(examples)
