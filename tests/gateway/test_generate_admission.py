"""What a brief wishes for is refused before it is planned (with faces and weights: tests/e2e)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from services.gateway.embedded import embedded_runner
from services.gateway.generate_admission import check_named, check_wished
from services.gateway.generate_brief import generate_of
from services.gateway.generate_here import CannotGenerateHere
from shared.brief import Brief, MediaKind, Role, SourceChoice
from shared.errors import InvalidInput
from shared.generate_options import GenerateOptions, Setting, ShotWish
from shared.settings import Settings
from tests.gateway.synthetic import reference
from tests.generator.diffusion.studio import save_text_model

_HERO = reference("hero", MediaKind.IMAGE, Role.SUBJECT)
_TALK = reference("talk", MediaKind.VIDEO, Role.TALK)
_LOGO = reference("logo", MediaKind.IMAGE, Role.LOGO)


def _check(settings: Settings, brief: Brief) -> None:
    async def check() -> None:
        async with embedded_runner(settings) as runner:
            await check_wished(runner, brief)
            assert not runner.records

    asyncio.run(check())


def _brief(wish: ShotWish, **fields: Any) -> Brief:
    options = GenerateOptions(shots=((2, wish),))
    return replace(Brief(None, (_HERO, _LOGO), generate=options), **fields)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("ONBEAT_WEIGHTS", raising=False)
    monkeypatch.delenv("ONBEAT_DEVICE", raising=False)
    return Settings(tmp_path / "store", workers=1)


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (ShotWish(), "generate.shots.2: no prompt"),
        (ShotWish("sea", settings=(Setting("steps", 999),)), "generate.shots.2: steps 999"),
        (ShotWish("sea", settings=(Setting("sampler", "x"),)), "generate.shots.2: sampler 'x'"),
        (ShotWish("@logo in snow"), "generate.shots.2: @logo is a logo"),
        (ShotWish("sea", settings=(Setting("mask", "@hero"),)), "@hero is no input of the shot"),
    ],
)
def test_wishes_are_refused_naming_the_field(
    settings: Settings, wish: ShotWish, message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        _check(settings, _brief(wish))


def test_a_model_that_is_not_here_is_refused_with_its_parts(settings: Settings) -> None:
    with pytest.raises(CannotGenerateHere, match=r"wan2.1-vace-1.3b lacks wan-umt5-xxl"):
        _check(settings, _brief(ShotWish("@hero walks")))
    spec = generate_of({"model": "wan2.1-t2v-14b"}, Path())
    with pytest.raises(CannotGenerateHere, match=r"wan2.1-t2v-14b lacks"):
        check_named(settings, spec)
    far = replace(settings, addresses={"generator": "there:1"})
    check_named(far, spec)
    check_named(settings, None)
    check_named(settings, generate_of({"prompt": "sea", "model": "procedural"}, Path()))


def test_a_talk_is_no_film_to_generate(settings: Settings) -> None:
    brief = _brief(ShotWish("sea"), references=(_TALK,))
    with pytest.raises(InvalidInput, match="generate with a talk"):
        _check(settings, brief)


def test_what_asks_for_no_model_is_let_through(settings: Settings) -> None:
    _check(settings, Brief(None, (_HERO,)))
    _check(settings, _brief(ShotWish("rain", "procedural")))
    with pytest.raises(CannotGenerateHere):  # and `source: generate` alone asks for one
        _check(settings, Brief(None, (), prompt="sea", source=SourceChoice.GENERATE))


def test_a_lora_of_another_model_is_refused_naming_the_file_before_it_is_taken_in(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = save_text_model(tmp_path / "weights")
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(weights))
    path = tmp_path / "ink.safetensors"
    section = {"prompt": "sea", "model": "wan2.1-t2v-1.3b", "lora_2": "ink.safetensors"}

    def check(layer: str, width: int) -> None:
        halves = {"lora_A.weight": (2, width), "lora_B.weight": (24, 2)}
        save_file({f"transformer.{layer}.{n}": np.zeros(s, "f4") for n, s in halves.items()}, path)
        check_named(settings, generate_of(section, tmp_path))

    check("blocks.1.attn1.to_q", 24)
    with pytest.raises(
        InvalidInput, match=r"generate: wan2\.1-t2v-1\.3b: lora .*ink\.safetensors: "
    ):
        check("blocks.7.attn1.to_q", 24)
    with pytest.raises(InvalidInput, match=r"is \[24, 30\] of rank 2; expected \[24, 24\]"):
        check("blocks.1.attn1.to_q", 30)


def test_a_shot_that_goes_on_is_checked_before_there_is_one_to_go_on_from(
    settings: Settings,
) -> None:
    on = (Setting("continues", True), Setting("steps", 999))
    with pytest.raises(InvalidInput, match=r"generate\.shots\.2: steps 999"):
        _check(settings, _brief(ShotWish("sea", settings=on)))
    overlap = (Setting("continues", True), Setting("overlap_frames", 50))
    with pytest.raises(InvalidInput, match=r"shots\.2: overlap_frames 50: expected 1 to 20"):
        _check(settings, _brief(ShotWish("sea", settings=overlap)))
    wish = ShotWish("sea", "wan2.1-t2v-1.3b", settings=(Setting("continues", True),))
    with pytest.raises(
        InvalidInput, match=r"shots\.2: model wan2\.1-t2v-1\.3b has no task continue"
    ):
        _check(settings, _brief(wish))
