"""The `generate` section as people write it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.gateway.briefs import read_brief
from services.gateway.generate_brief import generate_of
from shared.brief import SourceChoice
from shared.errors import InvalidInput
from shared.generate_options import Setting, ShotWish

_BRIEF = """
source: generate
generate:
  model: wan2.1-vace-1.3b
  every: 4
  steps: 30
  guidance: 4.5
  negative: blurry
  tiled: yes
  lora: styles/ink.safetensors
  seed: 7
  sections:
    chorus: a city of glass,   @hero walks
  shots:
    3: {prompt: neon rain, model: procedural}
"""


def test_a_brief_file_says_which_shots_are_made_and_how(tmp_path: Path) -> None:
    path = tmp_path / "brief.yaml"
    path.write_text(_BRIEF)
    spec = read_brief(path)
    assert spec.source is SourceChoice.GENERATE
    assert spec.generate is not None
    lora = tmp_path / "styles/ink.safetensors"
    assert spec.generate.loras == (lora,)
    options = spec.generate.options
    assert options.every == 4
    assert options.default == ShotWish(
        model="wan2.1-vace-1.3b",
        seed=7,
        settings=(
            Setting("guidance", 4.5),
            Setting("lora", str(lora)),
            Setting("negative", "blurry"),
            Setting("steps", 30),
            Setting("tiled", True),
        ),
    )
    assert options.sections == (("chorus", ShotWish("a city of glass, @hero walks")),)
    assert options.shots == ((3, ShotWish("neon rain", "procedural")),)


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("sea", "generate: expected keys"),
        (
            {"model": "wan2.1-1.3b"},
            "model 'wan2.1-1.3b' is not known; did you mean wan2.1",
        ),
        ({"stepz": "3"}, "generate: unknown key 'stepz'; did you mean steps"),
        ({"steps": "many"}, "generate.steps 'many': expected a whole number"),
        ({"steps": ["3"]}, r"generate.steps: expected a value, found \['3'\]"),
        ({"guidance": "nan"}, "generate.guidance 'nan': expected a number"),
        ({"guidance": "9" * 99}, "generate.guidance"),
        ({"tiled": "maybe"}, "'maybe' is not true or false"),
        ({"retime": "fast"}, "generate.retime 'fast': expected flow or nearest"),
        ({"task": "dance"}, "generate.task 'dance' is not known; expected one of text_to_video"),
        ({"seed": "-1"}, "generate: seed"),
        ({"prompt": " "}, "generate: prompt: found 0 characters"),
        ({"every": "0"}, "generate.every 0: expected 1 to 1000"),
        ({"every": "1e3"}, "generate.every '1e3': expected a whole number"),
        ({"sections": ["chorus"]}, "generate.sections: expected the label"),
        ({"sections": {}}, "generate.sections: expected the label"),
        ({"shots": {"first": "sea"}}, "generate.shots 'first': expected a whole number"),
        ({"shots": {"0": "sea"}}, "generate.shots 0: expected 1"),
        ({"shots": {"2": {"every": "3"}}}, "generate.shots.2: unknown key 'every'"),
        ({"shots": {"2": {"steps": "x"}}}, "generate.shots.2.steps 'x'"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(section: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        generate_of(section, Path())
