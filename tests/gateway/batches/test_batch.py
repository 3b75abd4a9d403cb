"""A real batch: shared renders are made once, and a bad row stops no other."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from services.gateway.batches.batch import RowResult, check_folder, make_batch
from services.gateway.batches.naming import named
from services.gateway.batches.rows import read_rows
from services.gateway.batches.template import read_template
from shared.errors import InvalidInput
from tests.gateway.batches.conftest import Asked
from tests.gateway.finished import Silent


@pytest.fixture(scope="module")
def made(asked: Asked, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[RowResult]]:
    folder = tmp_path_factory.mktemp("out") / "ads"
    template = read_template(asked.template)
    rows = named(read_rows(asked.rows, template.slots), "{headline}-{row:02}", template.slots)
    told: list[RowResult] = []
    work = make_batch(
        asked.settings, template, rows, folder, draft=False, watcher=Silent(), told=told.append
    )
    assert list(asyncio.run(work)) == told
    return folder, told


def test_every_good_row_is_made_and_the_others_say_why(made: tuple[Path, list[RowResult]]) -> None:
    folder, results = made
    assert [(r.row, r.name, r.status) for r in results] == [
        (1, "One-01", "made"),
        (2, "Two-02", "made"),
        (3, "Bad-03", "refused"),
        (4, "No-picture-04", "refused"),
    ]
    assert [(e.column, e.found) for e in results[2].errors] == [("hero", "'none.png'")]
    assert results[3].errors[0].column == "hero"
    for result in results[:2]:
        film = folder / result.name / "film.mp4"
        assert hashlib.sha256(film.read_bytes()).hexdigest() == result.film_sha256
        assert result.seconds == 2


def test_what_rows_share_is_made_once(made: tuple[Path, list[RowResult]]) -> None:
    first, second = made[1][:2]
    assert first.renders_run >= 1
    assert second.actions_hit > 0
    # The photos are encoded once; only what shows the title is rendered again.
    assert second.actions_run < first.actions_run
    assert second.renders_run + second.renders_hit == second.shots


def test_manifest_and_zip_agree(made: tuple[Path, list[RowResult]]) -> None:
    folder, results = made
    document = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (document["made"], document["failed"]) == (2, 2)
    assert document["renders_hit"] == sum(result.renders_hit for result in results)
    assert document["rows"][2]["errors"][0]["column"] == "hero"
    text = (folder / "manifest.csv").read_text(encoding="utf-8-sig")
    lines = list(csv.DictReader(text.splitlines()))
    assert [line["status"] for line in lines] == ["made", "made", "refused", "refused"]
    with zipfile.ZipFile(folder / "films.zip") as archive:
        assert archive.read("One-01/film.mp4") == (folder / "One-01" / "film.mp4").read_bytes()
        assert not [name for name in archive.namelist() if name.startswith("Bad")]


def test_other_folders_are_left_as_they_are(tmp_path: Path) -> None:
    check_folder(tmp_path)
    check_folder(tmp_path / "new")
    (tmp_path / "holiday.jpg").touch()
    with pytest.raises(InvalidInput, match="holds something else"):
        check_folder(tmp_path)
    with pytest.raises(InvalidInput, match="not a folder"):
        check_folder(tmp_path / "holiday.jpg")
