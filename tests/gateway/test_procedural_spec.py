from __future__ import annotations

import asyncio
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from services.gateway.generating import GenerateWish
from services.gateway.procedural_spec import procedural_spec
from shared.brief import Size
from shared.errors import InvalidInput
from shared.generation import PROCEDURAL, Generated, params_of
from shared.procedural import ProceduralRequest, SceneKind
from tests.shared.typed import brand

SOURCE = Generated(
    PROCEDURAL,
    "flow",
    "rain",
    params=params_of(palette="#000000 #ffffff", palette_from="the prompt"),
    energy=(0.0, 1.0),
    accents=((0, 1.0), (4, 0.5)),
)


def spec(source: Generated = SOURCE, **fields: Any) -> ProceduralRequest:
    wish = GenerateWish(source, 7, 6, 0, Size(1920, 1080), Fraction(30), None)
    return asyncio.run(procedural_spec(None, replace(wish, **fields), "shot s1"))  # type: ignore[arg-type]


def test_soft_scenes_are_drawn_small_and_letters_at_full_size() -> None:
    assert spec().size == Size(960, 540)
    assert spec(size=Size(64, 64)).size == Size(64, 64)
    lettered = replace(SOURCE, task="words", params=params_of(palette="#0 #1", lines="A\nB"))
    words = spec(lettered, font=brand().display)
    assert words.size == Size(1920, 1080)
    assert words.lines == ("A", "B")
    assert words.font is not None


def test_energy_is_between_its_points_and_rests_beyond_them() -> None:
    energy = spec().energy  # points at frames 0 and 3
    assert energy[:4] == (0.0, 0.333, 0.667, 1.0)
    assert energy[4:] == (1.0, 1.0)
    late = spec(head_frames=2)
    assert late.energy[:4] == (0.0, 0.0, 0.0, 0.333)
    assert late.accents == ((2, 1.0),)


def test_another_prompt_or_seed_is_another_picture() -> None:
    seeds = {spec().seed, spec(seed=8).seed, spec(replace(SOURCE, prompt="sun")).seed}
    assert len(seeds) == 3


def test_an_unknown_scene_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput, match=f"no scene 'sea'; expected {', '.join(SceneKind)}"):
        spec(replace(SOURCE, task="sea"))
