"""`onbeat store ls` and `show` say what is there, for people and as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.gateway.cli import main
from services.gateway.store_access import opened_store
from shared.build import Build
from shared.schema import from_json
from shared.settings import Settings
from tests.gateway.finished import Finished


@pytest.fixture(autouse=True)
def store(finished: Finished, _own_store: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONBEAT_STORE", str(finished.store))


def _show(capsys: pytest.CaptureFixture[str], what: str) -> dict[str, Any]:
    assert main(["store", "show", what, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert isinstance(document, dict)
    return document


def _build(finished: Finished) -> Build:
    with opened_store(Settings(finished.store)) as store:
        return from_json(Build, store.blobs.read(store.film(str(finished.second)).build))


def test_ls_lists_films_and_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "ls"]) == 0
    said = capsys.readouterr().out
    assert "256x144, 4.0 s, 2 shots" in said
    assert "1 locked, edit of" in said
    assert "reference" in said
    assert main(["store", "ls", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["films"]) == 2


def test_a_film_is_shown_by_folder_and_name(
    finished: Finished, capsys: pytest.CaptureFixture[str]
) -> None:
    by_folder = _show(capsys, str(finished.second))
    assert by_folder == _show(capsys, by_folder["name"])
    assert by_folder["kinds"]["render"]["blobs"] == 2
    assert main(["store", "show", by_folder["name"]]) == 0
    said = capsys.readouterr().out
    assert "references: video1, video2, image1, image2" in said
    assert "kinds: " in said


def test_a_clip_says_who_made_it_from_what_and_who_needs_it(
    finished: Finished, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = _build(finished).clips[1]
    shown = _show(capsys, clip.segment.sha256[:10])
    assert shown["digest"] == str(clip.segment)
    assert shown["kind"] == "render"
    (made_by,) = shown["made_by"]
    assert made_by["key"] == clip.action_key
    assert made_by["request"]["type"] == "RenderRequest/1"
    assert {row["action"] for row in shown["used_by_actions"]} == {
        "measure/segment",
        "assemble/mp4",
    }
    assert len(shown["needed_by_films"]) == 2  # it is locked, and was not changed
    assert main(["store", "show", clip.segment.sha256[:10]]) == 0
    assert "made by: " in capsys.readouterr().out


def test_a_manifest_is_shown_as_it_is(
    finished: Finished, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened_store(Settings(finished.store)) as store:
        rows = store.database.read("SELECT result FROM executions WHERE backend LIKE 'encode/i%'")
    shown = _show(capsys, rows[0][0])
    assert shown["content"]["type"].startswith("Manifest/")
    assert shown["content"]["encoder"] == shown["made_by"][0]["request"]["encoder"]


@pytest.mark.parametrize("what", ["", "xyz", "abc", "no-such-folder"])
def test_what_is_not_there_is_said(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "show", what]) == 2
    assert "digits of the digest" in capsys.readouterr().err
    assert main(["store", "show", "0123456789abcdef"]) == 2
    assert "nothing in this store" in capsys.readouterr().err


def test_a_folder_that_is_no_film_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["store", "show", str(tmp_path)]) == 2
    assert "not a film folder" in capsys.readouterr().err
