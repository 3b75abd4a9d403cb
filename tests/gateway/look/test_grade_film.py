"""The look of a film, from a brief: matched, in the style of a reference, or left alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.gateway.briefs import BriefSpec, ReferenceSpec
from services.gateway.embedded import embedded_runner
from services.gateway.ingest import IngestedBrief, ingest_brief
from services.gateway.plan import Planned, plan_film
from shared.brief import GradeMode, Pacing, Role, Size
from shared.errors import InvalidInput
from shared.look.cube import Cube
from shared.look.cube_file import parse_cube, write_cube
from shared.look.oklab import to_oklab
from shared.observation import IMAGE_LOOK
from shared.settings import Settings
from shared.shot import Footage, Grade, Match


def photo(path: Path, rgb: tuple[int, int, int], spread: float = 30) -> Path:
    grain = np.random.default_rng(sum(rgb)).normal(0, spread, (90, 160, 1))
    Image.fromarray(np.clip(np.array(rgb) + grain, 0, 255).astype(np.uint8)).save(path)
    return path


@pytest.fixture
def spec(tmp_path: Path) -> BriefSpec:
    """Three photos that differ a little, and one to take a style from."""
    photos = [
        ReferenceSpec(photo(tmp_path / f"{n}.png", rgb), f"p{n}")
        for n, rgb in enumerate([(120, 120, 120), (105, 105, 105), (135, 133, 130)])
    ]
    mood = photo(tmp_path / "mood.png", (60, 100, 120))
    return BriefSpec(
        references=(*photos, ReferenceSpec(mood, "mood", (Role.STYLE,))),
        size=Size(160, 90),
        duration_seconds=Fraction(6),
        pacing=Pacing.FRANTIC,
    )


def planned(tmp_path: Path, spec: BriefSpec) -> tuple[Planned, IngestedBrief, Settings]:
    settings = Settings(tmp_path / "store")

    async def run() -> tuple[Planned, IngestedBrief]:
        async with embedded_runner(settings) as runner:
            ingested = await ingest_brief(runner, spec)
            return await plan_film(runner, ingested.brief, ingested.infos), ingested

    return *asyncio.run(run()), settings


def test_photos_of_a_scene_are_matched_and_take_the_style(tmp_path: Path, spec: BriefSpec) -> None:
    film, _, settings = planned(tmp_path, spec)
    grades = [shot.grade for shot in film.timeline.shots]
    assert len(grades) >= 2
    assert any(grade.match != Match() for grade in grades)
    (style,) = {grade.style for grade in grades}
    assert style is not None
    cube = parse_cube(settings.open_blobs().read(style))
    before = np.array([0.3, 0.3, 0.3])
    moved = to_oklab(cube.apply(before)) - to_oklab(before)
    assert moved[1] < -0.002  # to green and blue
    assert moved[2] < -0.002
    assert "mood" not in {shot.source.handle for shot in film.timeline.shots}


def test_grade_none_leaves_all_that_is_automatic_out(tmp_path: Path, spec: BriefSpec) -> None:
    look = tmp_path / "film.cube"
    look.write_bytes(write_cube(Cube.identity(2), "identity"))
    film, ingested, _ = planned(tmp_path, replace(spec, grade=GradeMode.NONE, look=look))
    assert ingested.brief.look is not None
    assert {shot.grade for shot in film.timeline.shots} == {Grade(look=ingested.brief.look)}


def test_without_a_style_reference_nobody_looks_for_one(tmp_path: Path, spec: BriefSpec) -> None:
    settings = Settings(tmp_path / "store")

    async def run() -> list[str]:
        async with embedded_runner(settings) as runner:
            brief = await ingest_brief(runner, replace(spec, references=spec.references[:3]))
            await plan_film(runner, brief.brief, brief.infos)
            return [str(record.subject) + record.action for record in runner.records]

    assert not any(IMAGE_LOOK in action for action in asyncio.run(run()))


def test_an_input_table_reaches_the_shots_of_its_reference(tmp_path: Path, spec: BriefSpec) -> None:
    table = tmp_path / "slog3.cube"
    table.write_bytes(write_cube(Cube.identity(2), "log"))
    first = replace(spec.references[0], input_lut=table)
    film, ingested, _ = planned(tmp_path, replace(spec, references=(first, *spec.references[1:])))
    lut = ingested.brief.references[0].input_lut
    assert lut is not None
    sources = [shot.source for shot in film.timeline.shots]
    luts = {item.handle: item.input_lut for item in sources if isinstance(item, Footage)}
    assert luts == {handle: lut if handle == "p0" else None for handle in luts}
    assert "p0" in luts


def test_a_table_that_cannot_be_read_is_refused_before_work(
    tmp_path: Path, spec: BriefSpec
) -> None:
    bad = tmp_path / "bad.cube"
    bad.write_text("LUT_3D_SIZE 2\n0 0 zero\n")
    with pytest.raises(InvalidInput, match=r"bad\.cube: line 2: '0 0 zero'; expected 3 numbers"):
        planned(tmp_path, replace(spec, look=bad))
