"""`onbeat look export`: the grade of a shot as a table that other programs read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.gateway.cli import main
from services.gateway.film_folder import read_document
from services.gateway.look_command import export_look
from shared.errors import InvalidInput, NotFound
from shared.look.chain import load_chain, to_rgb, to_yuv
from shared.look.cube import Cube, grid
from shared.look.cube_file import parse_cube, write_cube
from shared.schema import from_document
from shared.settings import Settings
from shared.timeline import Timeline
from tests.gateway.finished import Finished


@pytest.fixture
def store(finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = finished.copy(tmp_path / "store")
    monkeypatch.setenv("ONBEAT_STORE", str(path))
    return path


def test_the_grade_that_was_set_is_in_the_table(finished: Finished, store: Path) -> None:
    cube = parse_cube(export_look(finished.second, "#1", 17))
    warm = cube.apply(np.array([0.5, 0.5, 0.5]))
    assert warm[0] > 0.51  # its warmth is 0.4
    assert warm[2] < 0.49
    assert parse_cube(export_look(finished.second, "#1")).side == 33


def test_a_look_goes_in_by_an_edit_and_out_by_the_command(
    finished: Finished, store: Path, tmp_path: Path
) -> None:
    look = tmp_path / "film.cube"
    look.write_bytes(write_cube(Cube(grid(5) ** 1.5), "film"))
    out = tmp_path / "third"
    operation = f'{{"op": "set_look", "shot": "#1", "look": "{look}", "strength": 0.5}}'
    assert main(["edit", str(finished.first), "--op", operation, "-o", str(out), "--quiet"]) == 0
    exported = tmp_path / "out.cube"
    assert main(["look", "export", str(out), "--shot", "#1", "-o", str(exported)]) == 0
    shot = from_document(Timeline, read_document(out, "timeline.json")).shots[0]
    assert shot.grade.look is not None
    assert shot.grade.look_strength == 0.5
    chain = load_chain(Settings.from_environment().open_blobs(), shot.grade, None)
    colors = 0.1 + 0.8 * np.random.default_rng(1).random((50, 3))
    expected = np.clip(to_rgb(chain.on_yuv(to_yuv(colors))), 0, 1)
    assert parse_cube(exported.read_bytes()).apply(colors) == pytest.approx(expected, abs=0.01)
    report = read_document(out, "report.json")
    assert report["look"]["shots"][0]["look"] == str(shot.grade.look)
    assert "a look at 50%" in (out / "report.html").read_text("utf-8")


def test_what_cannot_be_exported_is_refused(
    finished: Finished, store: Path, tmp_path: Path
) -> None:
    with pytest.raises(NotFound, match="look export: no shot #99"):
        export_look(finished.first, "#99")
    with pytest.raises(InvalidInput, match="a table of 20 entries a side; expected 17, 33 or 65"):
        export_look(finished.first, "#1", 20)
    arguments = ["look", "export", str(finished.first), "--shot", "#1", "-o", str(tmp_path / "x")]
    assert main(arguments) == 2


def test_an_edit_without_its_file_is_refused(
    finished: Finished, store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    operation = '{"op": "set_look", "look": "none-here.cube"}'
    out = tmp_path / "third"
    assert main(["edit", str(finished.first), "--op", operation, "-o", str(out)]) == 2
    assert "none-here.cube: no such file" in capsys.readouterr().err
    assert not out.exists()
