"""A film edited in a region: made by tiny real models, everything outside the region bit-equal."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from services.gateway.build import Built, build
from services.gateway.build_plan import delivery_of
from services.gateway.embedded import embedded_runner
from services.gateway.generating import find_generated, generate, generate_wish
from services.gateway.keeping import edit_wish, original_wish
from services.generator.composite.mask import inside_of
from shared.actions import ActionRecord
from shared.brief import Size
from shared.digest import Digest
from shared.generation import PROCEDURAL, Generated, Kept, params_of
from shared.media.color import Planes
from shared.media.retiming import retiming_of
from shared.media.video import VideoReader
from shared.region import Region, box
from shared.runner import LocalRunner
from shared.settings import Settings
from shared.shot import Shot
from shared.timeline import Timeline
from tests.encoder.families import tiny
from tests.generator.diffusion.studio import _save, save_text_model

RATE, SIZE, FRAMES = Fraction(30), Size(128, 96), 8
SIDES = SIZE.width, SIZE.height
REGION = box(0.25, 0.25, 0.5, 0.5)
MODEL = "wan2.1-vace-1.3b"


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = save_text_model(tmp_path_factory.mktemp("weights"))
    _save(root / MODEL, tiny.vace_transformer())
    return root


@pytest.fixture
def settings(tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(weights))
    monkeypatch.setenv("ONBEAT_CONSENT", "upstream")
    return replace(Settings.from_environment({"ONBEAT_CONSENT": "upstream"}), store=tmp_path / "s")


def scene(kind: str, seed: int) -> Generated:
    return Generated(PROCEDURAL, kind, "", params=params_of(palette="#102030 #ff8040"), seed=seed)


def edit_of(
    original: Generated, region: Region | None = REGION, task: str = "masked_edit"
) -> Generated:
    settings = params_of(model=MODEL, guidance=3.0, steps=1, dtype="float32", retime="flow")
    kept = Kept(original.handle, region, generated=original)
    return Generated("wan", task, "a red balloon", params=settings, seed=5, keeps=kept)


def timeline(*sources: Generated) -> Timeline:
    shots = tuple(Shot(f"s{i}-aaaaa", FRAMES, one) for i, one in enumerate(sources))
    none = Digest.of_bytes(b"")
    return Timeline(SIZE, RATE, shots, None, None, none, seed=0, next_shot_number=len(shots))


def planes(runner: LocalRunner, clip: Digest) -> list[Planes]:
    with runner.blobs.local_path(clip) as path, VideoReader(path) as reader:
        return [frame.planes() for frame in reader.frames()]


async def clips(runner: LocalRunner, film: Timeline) -> list[Digest]:
    found = []
    for shot in film.shots:
        wish = generate_wish(shot, film)
        assert wish is not None
        found.append(await generate(runner, wish, shot.id))
        assert find_generated(runner, wish) == found[-1]
    return found


def circle() -> Image.Image:
    picture = Image.new("RGB", (SIZE.width, SIZE.height))
    ImageDraw.Draw(picture).ellipse((40, 20, 90, 70), fill=(255, 255, 255))
    return picture


async def test_outside_a_region_the_clip_is_the_originals_and_a_restyle_is_the_models(
    settings: Settings, tmp_path: Path
) -> None:
    original = scene("flow", 3)
    circle().save(tmp_path / "mask.png")
    async with embedded_runner(settings) as runner:
        painted = Region(painted=runner.blobs.put_file(tmp_path / "mask.png"))
        edits = [edit_of(original), edit_of(original, painted), edit_of(original, None, "control")]
        made = await clips(runner, timeline(original, *edits))
        was, boxed, circled, _ = (planes(runner, clip) for clip in made)
        with runner.blobs.local_path(made[-1]) as path:
            told = retiming_of(path)
    assert len(was) == len(boxed) == len(circled) == FRAMES
    outsides = (inside_of(REGION, *SIDES, None) == 0, np.asarray(circle())[:, :, 0] == 0)
    for edited, outside in zip((boxed, circled), outsides, strict=True):
        for one, other in zip(edited, was, strict=True):
            assert np.array_equal(one.y[outside], other.y[outside])
            assert (one.y != other.y)[~outside].mean() > 0.5
    assert told is not None  # 16 frames a second became the film's 30
    assert told.num_kept + told.num_between + told.num_nearest == FRAMES


def built(settings: Settings, film: Timeline) -> tuple[Built, tuple[ActionRecord, ...]]:
    async def run() -> tuple[Built, tuple[ActionRecord, ...]]:
        async with embedded_runner(settings) as runner:
            return await build(runner, film, delivery_of(film, draft=False)), runner.records

    return asyncio.run(run())


def test_an_edited_film_keeps_its_other_shots_bit_by_bit_and_the_original_clip(
    settings: Settings,
) -> None:
    one, other = scene("flow", 3), scene("rain", 4)
    before, _ = built(settings, timeline(one, other))
    after, records = built(settings, timeline(one, edit_of(other)))
    packets = [[clip.packets_sha256 for clip in film.build.clips] for film in (before, after)]
    assert [a == b for a, b in zip(*packets, strict=True)] == [True, False]
    generated = [record for record in records if record.action == "generate"]
    # The original is found again; a state, the edit's clip, that at 30 and the composite are made.
    assert sum(not record.hit for record in generated) == 4


def test_the_originals_wish_is_what_its_shot_had() -> None:
    for speed, start in ((Fraction(1), Fraction(0)), (Fraction(1, 2), Fraction(1, 3))):
        source = replace(scene("flow", 3), speed=speed, start_seconds=start)
        film = timeline(source, edit_of(source))
        was, edit = (generate_wish(shot, film) for shot in film.shots)
        assert was is not None
        assert edit is not None
        assert original_wish(edit, source) == was
        made = edit_wish(edit, Digest.of_bytes(b"clip"), start, speed)
        assert made.source.inputs[-1].blob == Digest.of_bytes(b"clip")
        assert made.source.param("video_start_seconds") == float(start)
        assert made.frames == FRAMES * speed
