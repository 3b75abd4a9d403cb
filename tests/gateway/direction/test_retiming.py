"""Ways of saying that time turns, stands or changes inside a shot."""

from __future__ import annotations

import pytest

from services.gateway.direction.retiming import FORMS
from shared.errors import InvalidInput
from tests.gateway.direction.directed import compact


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("reverse shots 2 and 4", "reverse 2 | reverse 4"),
        ("play shot 4 forwards again", "reverse 4 backwards=False"),
        ("freeze shot 4 on the beat", "freeze 4"),
        ("freeze shot 4 on its last frame", "freeze 4 frame=48"),
        ("freeze at 0:07", "freeze 4 frame=25"),
        ("ramp shot 4 from 2x to 50% at frame 20", "ramp_speed 4 start=2.0 end=0.5 frame=20"),
        ("ramp shot 4 into slow motion", "ramp_speed 4 start=1.0 end=0.5"),
    ],
)
def test_it_is_understood(text: str, meant: str) -> None:
    assert " | ".join(compact(text)) == meant


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("freeze shot 4", "could mean: lock shot 4 or freeze shot 4 at its end"),
        ("freeze at 0:50", "not inside the film"),
        ("reverse the order of shots 3 and 4", "is not understood"),
        ("ramp shot 4 from normal to normal", "expected two speeds"),
    ],
)
def test_what_cannot_be_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        compact(text)
    assert reason in refused.value.message


def test_examples_are_said_once() -> None:
    examples = [form.example for form in FORMS if form.example]
    assert len(set(examples)) == len(examples)
