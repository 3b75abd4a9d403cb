"""A still, then the clip that begins with it, by tiny real models; the still is made once."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from services.gateway.embedded import embedded_runner
from services.gateway.generating import GenerateWish, find_generated, generate
from services.gateway.keyframes import still_wish
from shared.brief import Size
from shared.generation import STILL, Generated, params_of
from shared.media.color import Planes
from shared.media.video import VideoReader
from shared.runner import LocalRunner
from shared.settings import Settings
from tests.encoder.families import tiny
from tests.generator.diffusion.studio import _save

RATE, SIZE = Fraction(30), Size(128, 96)
MODEL = "wan2.2-ti2v-5b"
PARAMS = params_of(model=MODEL, guidance=3.0, steps=1, dtype="float32")
OPENING = Generated("wan", "text_to_video", "a lighthouse", params=PARAMS, seed=5)
HELD = Generated("wan", STILL, "a lighthouse", seed=5, opening=OPENING)
MOVING = Generated("wan", "first_frame", "waves", params=PARAMS, seed=7, opening=OPENING)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("weights")
    for name in ("wan-umt5-xxl", "wan-vae-2.2"):
        (root / name).mkdir()
        tiny._COMPONENTS[name](root / name)
        tiny.write_sums(root / name)
    _save(root / MODEL, tiny.wan_transformer(48, 48))
    return root


def wish(source: Generated, frames: int = 8) -> GenerateWish:
    return GenerateWish(source, source.seed or 0, frames, 0, SIZE, RATE)


async def planes(runner: LocalRunner, source: Generated, frames: int = 8) -> list[Planes]:
    clip = await generate(runner, wish(source, frames), "shot")
    assert find_generated(runner, wish(source, frames)) == clip
    with runner.blobs.local_path(clip) as path, VideoReader(path) as reader:
        return [frame.planes() for frame in reader.frames()]


async def test_the_still_is_held_then_animated_and_made_once(
    tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(weights))
    upstream = Settings.from_environment({"ONBEAT_CONSENT": "upstream"})
    async with embedded_runner(replace(upstream, store=tmp_path / "s", workers=1)) as runner:
        held = await planes(runner, HELD)
        assert len(held) == 8
        assert all(np.array_equal(one.y, held[0].y) for one in held)
        stills = sum(record.action == "generate" for record in runner.records)
        moving = await planes(runner, MOVING)
        assert len(moving) == 9  # of 24 a second: the least on the grid that covers the shot
        # The model pastes its first frame in; a tiny autoencoder keeps no more than the likeness.
        assert any(not np.array_equal(one.y, moving[0].y) for one in moving[1:])
        retaken = await planes(runner, replace(MOVING, seed=8))
        assert not np.array_equal(retaken[-1].y, moving[-1].y)
        longer = await planes(runner, HELD, 20)
        assert np.array_equal(longer[19].y, held[0].y)
        generated = [record for record in runner.records if record.action == "generate"]
    # Still: one state, its clip, held. Each clip: one state and itself. The longer one: held.
    assert stills == 3
    assert sum(not record.hit for record in generated) == stills + 2 + 2 + 1


def test_the_still_does_not_hang_on_the_shot_it_opens() -> None:
    one, other = (
        still_wish(wish(source, frames), OPENING) for source, frames in ((HELD, 8), (MOVING, 90))
    )
    assert one == other
    assert (one.frames, one.seed) == (1, 5)
    smooth = replace(OPENING, params=params_of(model=MODEL, retime="flow"))
    assert still_wish(wish(HELD), smooth).source.param("retime") is None
