"""The `generate` section: who says what of a shot, and which shots there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest

from shared.errors import InvalidInput
from shared.generate_options import GenerateOptions, Setting, ShotWish
from shared.schema import from_json, to_json


@dataclass(frozen=True, slots=True)
class _Kept:
    VERSION: ClassVar[int] = 1

    options: GenerateOptions


def test_a_shots_own_words_come_before_the_sections() -> None:
    under = ShotWish(
        "sea", "ltx-2", "keyframes", 1, (Setting("guidance", 3.0), Setting("steps", 9))
    )
    own = ShotWish("fire", seed=0, settings=(Setting("steps", 4),))
    over = own.over(under)
    assert (over.prompt, over.model, over.task, over.seed) == ("fire", "ltx-2", "keyframes", 0)
    assert over.settings == (Setting("guidance", 3.0), Setting("steps", 4))


def test_a_drawn_shot_takes_no_settings_of_a_model_over() -> None:
    under = ShotWish("sea", "ltx-2", "keyframes", 1, (Setting("steps", 9),))
    assert ShotWish(model="procedural").over(under) == ShotWish("sea", "procedural", None, 1)


def test_all_shots_are_made_unless_some_are_named() -> None:
    named = ShotWish("sea")
    assert GenerateOptions().makes_all
    assert GenerateOptions(every=1, shots=((2, named),)).makes_all
    assert not GenerateOptions(every=2).makes_all
    assert not GenerateOptions(shots=((2, named),)).makes_all
    assert not GenerateOptions(sections=(("chorus", named),)).makes_all


def test_every_wish_is_listed_with_its_place_in_the_brief() -> None:
    named = (("chorus", ShotWish("glass")),)
    default = ShotWish("sea", seed=4)
    options = GenerateOptions(default, None, named, ((3, ShotWish()),))
    assert options.wishes == (
        ("generate.shots.3", default),
        ("generate.sections.chorus", ShotWish("glass", seed=4)),
    )
    assert GenerateOptions(default, 4).wishes == (("generate", default),)


@pytest.mark.parametrize("fields", [{"every": 0}, {"every": 1001}, {"shots": ((0, ShotWish()),)}])
def test_places_out_of_range_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InvalidInput, match="generate"):
        GenerateOptions(**fields)  # type: ignore[arg-type]


def test_it_survives_json() -> None:
    settings = (Setting("compiled", True), Setting("guidance", 3.5), Setting("steps", 4))
    options = GenerateOptions(ShotWish("sea", settings=settings), 3, (("drop", ShotWish()),))
    assert from_json(_Kept, to_json(_Kept(options))).options == options
