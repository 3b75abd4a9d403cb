"""The end of a build: the files of the folder, and how much of the film is decoded for them."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from services.gateway.embedded import embedded_runner
from services.gateway.film_folder import FILES
from services.gateway.finish import Making, finish
from services.gateway.inspection import FilmInspection
from services.gateway.seen_before import Before
from shared.actions import ActionRecord
from shared.schema import from_json
from tests.gateway.conftest import Played


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("finished")


def finished(
    played: Played, folder: Path, making: Making | None = None
) -> tuple[dict[str, Any], tuple[ActionRecord, ...]]:
    async def run() -> tuple[dict[str, Any], tuple[ActionRecord, ...]]:
        async with embedded_runner(played.settings) as runner:
            report = await finish(runner, folder, played.timeline, played.built, making)
            return report, runner.records

    return asyncio.run(run())


def before(played: Played) -> Before:
    async def run() -> Before:
        async with embedded_runner(played.settings) as runner:
            build = played.built.build
            found = runner.builds.find(build.timeline, build.delivery)
            assert found is not None
            inspection = from_json(FilmInspection, played.blobs.read(found[1]))
            return Before(build, inspection, found[1], {("s1", False): ("frames 58 -> 44",)})

    return asyncio.run(run())


def test_all_files_of_the_folder_are_written(played: Played, folder: Path) -> None:
    brief = replace(played.ingested.brief, duration_seconds=Fraction(60))
    report, _ = finished(played, folder, Making(brief))
    assert {path.name for path in folder.iterdir()} == set(FILES)
    assert json.loads((folder / "report.json").read_text("utf-8")) == report
    assert [note for note in report["warnings"] if note.startswith("60 s were asked for")]


def test_a_film_that_was_seen_is_not_looked_at_again(played: Played, tmp_path: Path) -> None:
    finished(played, tmp_path)
    report, records = finished(played, tmp_path, Making(before=before(played)))
    assert "inspect" not in [record.action for record in records]
    whole, records = finished(played, tmp_path, Making(before=before(played), decode_all=True))
    assert "inspect" in [record.action for record in records]
    assert whole["summary"]["decoded_frames"] == played.timeline.frame_count
    assert report["summary"]["decoded_frames"] < played.timeline.frame_count
