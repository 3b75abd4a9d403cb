"""A film of footage, procedural and diffusion shots: made, stopped, edited, packets kept."""

from __future__ import annotations

import asyncio
import dataclasses
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from services.gateway.build import Built, build
from services.gateway.build_plan import delivery_of
from services.gateway.embedded import embedded_runner
from services.gateway.generating import GenerateWish, find_generated, generate
from shared.actions import ActionRecord
from shared.brief import MediaKind, Size
from shared.digest import Digest
from shared.families.components import component_named
from shared.generation import PROCEDURAL, Generated, params_of
from shared.runner import Progress
from shared.settings import Settings
from shared.shot import Footage, Grade, Shot, Source
from shared.timeline import Timeline
from shared.weights import WeightsUnavailable
from tests.generator.diffusion.studio import save_text_model

_RATE = Fraction(30)
_SIZE = Size(128, 96)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_text_model(tmp_path_factory.mktemp("weights"))


@pytest.fixture
def settings(tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(weights))
    return Settings(tmp_path / "store", workers=1)


def _still() -> Generated:
    return Generated(
        "wan",
        "text_to_video",
        "waves in fog",
        params=params_of(guidance=3.0, steps=3, checkpoint_steps=1, dtype="float32"),
        seed=5,
    )


def _wish(source: Generated, frames: int = 8) -> GenerateWish:
    return GenerateWish(source, source.seed or 0, frames, 0, _SIZE, _RATE)


def _photo(folder: Path) -> bytes:
    path = folder / "photo.png"
    Image.effect_mandelbrot((160, 120), (-2, -1.5, 1, 1.5), 60).convert("RGB").save(path)
    return path.read_bytes()


def _timeline(photo: Digest) -> Timeline:
    scene = Generated(PROCEDURAL, "flow", "", params=params_of(palette="#102030 #ff8040"))
    sources: list[Source] = [Footage("photo", photo, MediaKind.IMAGE), scene, _still()]
    shots = tuple(Shot(f"s{i}-aaaaa", 8, one) for i, one in enumerate(sources))
    return Timeline(_SIZE, _RATE, shots, None, None, photo, seed=0, next_shot_number=3)


def _build(settings: Settings, timeline: Timeline) -> tuple[Built, tuple[ActionRecord, ...]]:
    async def run() -> tuple[Built, tuple[ActionRecord, ...]]:
        async with embedded_runner(settings) as runner:
            built = await build(runner, timeline, delivery_of(timeline, draft=False))
            return built, runner.records

    return asyncio.run(run())


def test_a_mixed_film_is_built_edited_and_keeps_what_was_not_touched(
    settings: Settings, tmp_path: Path
) -> None:
    settings.store.mkdir()
    photo = settings.open_blobs().put(_photo(tmp_path))
    timeline = _timeline(photo)
    made, records = _build(settings, timeline)
    assert [clip.frames for clip in made.build.clips] == [8, 8, 8]
    ran = sorted(record.action for record in records if not record.hit)
    # Two prompts, three states, the film; a procedural clip.
    assert ran.count("encode") == 2
    assert ran.count("generate") == 5
    shots = list(timeline.shots)
    shots[0] = dataclasses.replace(shots[0], grade=Grade(warmth=0.5))
    edited, records = _build(settings, dataclasses.replace(timeline, shots=tuple(shots)))
    assert not [one for one in records if one.action in ("generate", "encode") and not one.hit]
    before, after = (
        [clip.packets_sha256 for clip in built.build.clips] for built in (made, edited)
    )
    assert [one == other for one, other in zip(before, after, strict=True)] == [False, True, True]


def test_a_take_that_was_stopped_goes_on_from_its_last_state(settings: Settings) -> None:
    wish = _wish(_still())

    async def run() -> tuple[bool, list[int]]:
        done: list[str] = []
        stopped = asyncio.Event()

        def watch(progress: Progress) -> None:
            if progress.action == "generate" and progress.fraction == 1:
                done.append(progress.key)
                if len(done) == 2:
                    stopped.set()

        async with embedded_runner(settings, watch) as runner:
            work = asyncio.create_task(generate(runner, wish, "shot"))
            await stopped.wait()
            work.cancel()
            (error,) = await asyncio.gather(work, return_exceptions=True)
            assert isinstance(error, asyncio.CancelledError)
            assert find_generated(runner, wish) is None
            found = await generate(runner, wish, "shot")
            assert find_generated(runner, wish) == found
            rows = [runner.executions.find(key) for key in dict.fromkeys(done)]
            return runner.blobs.contains(found), [row.attempt for row in rows if row]

    is_there, attempts = asyncio.run(run())
    assert is_there
    # Three states and the clip; only what was under way when it stopped may be begun again.
    assert [attempts[0], attempts[1], attempts[3]] == [1, 1, 1]
    assert attempts[2] in (1, 2)


def test_without_weights_the_refusal_says_what_to_install_for_every_part(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.gateway.doctor_families import family_lines

    async def run() -> None:
        async with embedded_runner(settings) as runner:
            await generate(runner, _wish(_still()), "shot s1")

    monkeypatch.setenv("ONBEAT_WEIGHTS", str(tmp_path / "none"))
    with pytest.raises(WeightsUnavailable) as error:
        asyncio.run(run())
    parts = ("wan-umt5-xxl", "wan-vae-2.1", "wan2.1-t2v-1.3b")
    lines = family_lines()
    place = next(i for i, line in enumerate(lines) if line.startswith("  wan2.1-t2v-1.3b "))
    assert lines[place + 1].strip() == f"lacks {', '.join(parts)}"
    assert f"lacks {', '.join(parts)} here" in error.value.message
    for part in parts:
        assert component_named(part).install in error.value.message
