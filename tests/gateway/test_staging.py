"""A folder being written belongs to its run, and to nobody once the run is gone."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.gateway.staging import held, locked_staging, recover

ROOT = Path(__file__).parents[2]
DEAD = ".onbeat-0123456789abcdef-{}"


def recover_all(out: Path) -> None:
    recover(out, lambda folder: True)


def leave(folder: Path, name: str) -> Path:
    path = folder / DEAD.format(name)
    path.mkdir()
    (path / "film.mp4").touch()
    return path


@contextmanager
def elsewhere(out: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process that holds a staging folder of `out` until it is killed."""
    script = f"""
        from pathlib import Path
        from services.gateway.staging import locked_staging
        with locked_staging(Path({str(out)!r})) as folder:
            (folder / "film.mp4").touch()
            print(folder, flush=True)
            input()
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.kill()


def test_a_folder_is_there_during_the_block_only(tmp_path: Path) -> None:
    with locked_staging(tmp_path / "one") as folder:
        assert folder.parent == tmp_path
        assert folder.name.startswith(".onbeat-")
        (folder / "film.mp4").touch()
    assert os.listdir(tmp_path) == []


def test_another_folder_under_its_name_is_not_removed(tmp_path: Path) -> None:
    with locked_staging(tmp_path / "one") as folder:
        folder.rename(tmp_path / "one")
        folder.mkdir()
    assert sorted(os.listdir(tmp_path)) == sorted([folder.name, "one"])


def test_a_killed_runs_folder_is_removed_and_a_living_ones_is_not(tmp_path: Path) -> None:
    out = tmp_path / "one"
    with elsewhere(out) as (process, folder):
        recover_all(out)
        assert folder.exists()
        process.kill()
        process.wait()
        recover_all(out)
        assert not folder.exists()


def test_names_are_not_confused(tmp_path: Path) -> None:
    # `cut` once took `.cut.4194999.<pid>.x.partial`, of `cut.4194999`, for its own.
    names = ("cut.4194999.partial", "a-cut.partial", "cut.partial.partial", "cut")
    others = [leave(tmp_path, name) for name in names]
    mine = leave(tmp_path, "cut.partial")
    recover_all(tmp_path / "cut")
    assert not mine.exists()
    assert all(folder.exists() for folder in others)


def test_what_stood_aside_comes_back_only_where_nothing_stands(tmp_path: Path) -> None:
    out = tmp_path / "one"
    aside = leave(tmp_path, "one.old")
    leave(tmp_path, "one.partial")
    recover_all(out)
    assert os.listdir(tmp_path) == ["one"]
    assert os.listdir(out) == ["film.mp4"]
    out.rename(aside)
    out.mkdir()
    recover_all(out)
    assert os.listdir(tmp_path) == ["one"]
    assert os.listdir(out) == []


def test_what_a_living_run_set_aside_stays_there(tmp_path: Path) -> None:
    out = tmp_path / "one"
    with locked_staging(out) as folder:
        aside = folder.with_suffix(".old")
        aside.mkdir()
        recover_all(out)
        assert aside.exists()
        assert not out.exists()
        aside.rmdir()


def test_what_may_not_go_stays(tmp_path: Path) -> None:
    left = leave(tmp_path, "one.partial")
    recover(tmp_path / "one", lambda folder: False)
    assert left.exists()


def test_a_held_folder_is_not_taken_for_abandoned(tmp_path: Path) -> None:
    left = leave(tmp_path, "one.partial")
    with held(left):
        recover_all(tmp_path / "one")
        assert left.exists()
    recover_all(tmp_path / "one")
    assert not left.exists()


def test_a_place_that_cannot_be_listed_is_no_error(tmp_path: Path) -> None:
    recover_all(tmp_path / "no" / "such" / "folder")


def test_a_folder_that_is_removed_before_it_is_locked_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked: list[int] = []

    def lock(handle: int, how: int) -> None:
        if not locked:
            next(tmp_path.iterdir()).rmdir()
        locked.append(handle)

    monkeypatch.setattr(fcntl, "flock", lock)
    with locked_staging(tmp_path / "one") as folder:
        assert folder.is_dir()
    assert len(locked) == 2


def test_file_systems_without_locks_keep_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(handle: int, how: int) -> None:
        raise OSError("no locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    left = leave(tmp_path, "one.partial")
    with locked_staging(tmp_path / "one") as folder:
        recover_all(tmp_path / "one")
        assert folder.exists()
    assert left.exists()
