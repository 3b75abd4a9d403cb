"""Ways of saying that shots look alike."""

from __future__ import annotations

import pytest

from services.gateway.direction.matching import FORMS
from shared.errors import InvalidInput
from tests.gateway.direction.directed import compact


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("match shots 3 and 4 to shot 2", "match_to 3 to=2 | match_to 4 to=2"),
        ("remove the match of shot 3", "match_to 3"),
        (
            "put Film-Look.cube on shots 1 and 2 at 50%",
            "set_look 1 look=Film-Look.cube strength=0.5"
            " | set_look 2 look=Film-Look.cube strength=0.5",
        ),
        ('apply the look "looks/My Film.cube"', "set_look look=looks/My Film.cube"),
        ("give shot 3 the look of shot 2", "set_look 3 look=2"),
        ("bring the look down to 40%", "set_look strength=0.4"),
    ],
)
def test_it_is_understood(text: str, meant: str) -> None:
    assert " | ".join(compact(text)) == meant


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("match shot 3 to shot 3", "cannot be matched to itself"),
        ('put "film.lut" on everything', "expected the name of a .cube file"),
        ("set the look to 140%", "expected 0% to 100%"),
        ("make shot 3 warmer, remove the look", "say which"),
    ],
)
def test_what_cannot_be_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        compact(text)
    assert reason in refused.value.message


def test_examples_are_said_once() -> None:
    examples = [form.example for form in FORMS if form.example]
    assert len(set(examples)) == len(examples)
