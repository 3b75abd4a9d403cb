"""Ways of saying what is heard of the clips."""

from __future__ import annotations

import pytest

from services.gateway.direction.sounds import FORMS
from shared.errors import InvalidInput
from tests.gateway.direction.directed import compact


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("mute shot 2", "set_clip_sound 2 level=off"),
        ("mute the intro", "set_clip_sound 1 level=off"),
        ("put the audio of shot 4 in front of the song", "set_clip_sound 4 level=full"),
        ("l-cut out of shot 4 by 12 frames", "set_sound_lead 4 tail_frames=12"),
        ("start the sound of shot 4 5 frames later", "set_sound_lead 4 lead_frames=-5"),
    ],
)
def test_it_is_understood(text: str, meant: str) -> None:
    assert " | ".join(compact(text)) == meant


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("mute everything", "could mean the song"),
        ("mute the photos", "shows a clip"),
        ("mute the song", "is not understood"),
    ],
)
def test_what_cannot_be_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        compact(text)
    assert reason in refused.value.message


def test_examples_are_said_once() -> None:
    examples = [form.example for form in FORMS if form.example]
    assert len(set(examples)) == len(examples)
