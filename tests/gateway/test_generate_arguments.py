"""Flags say what the brief's section says, and come before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.generate_arguments import with_flags
from services.gateway.generate_brief import generate_of
from shared.errors import InvalidInput
from shared.generate_options import Setting, ShotWish


def test_flags_are_the_words_of_the_section() -> None:
    spec = with_flags(
        None,
        ["every=4", "steps=9", "sections.chorus=a city = glass", "shots.3.model=procedural"],
    )
    assert spec is not None
    options = spec.options
    assert (options.every, options.default.settings) == (4, (Setting("steps", 9),))
    assert options.sections == (("chorus", ShotWish("a city = glass")),)
    assert options.shots == ((3, ShotWish(model="procedural")),)


def test_flags_come_before_the_briefs_section() -> None:
    brief = generate_of(
        {"every": "3", "prompt": "sea", "steps": "9", "shots": {"1": "a", "2": "b"}}, Path()
    )
    assert with_flags(brief, []) is brief
    spec = with_flags(brief, ["steps=4", "shots.2=fire", "lora=ink.safetensors"])
    assert spec is not None
    assert spec.options.every == 3
    assert spec.options.default.prompt == "sea"
    assert spec.options.default.settings == (
        Setting("lora", "ink.safetensors"),
        Setting("steps", 4),
    )
    assert dict(spec.options.shots) == {1: ShotWish("a"), 2: ShotWish("fire")}
    assert spec.loras == (Path("ink.safetensors"),)


@pytest.mark.parametrize("flag", ["every", "=4", "shots=3", "stepz=4", "shots.3.every=2"])
def test_other_flags_are_refused(flag: str) -> None:
    with pytest.raises(InvalidInput, match="generate"):
        with_flags(None, [flag])
