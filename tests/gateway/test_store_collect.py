"""`onbeat store gc`, `pin`, `unpin`: real films stay editable, forgotten ones go, pins hold."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from services.gateway.build_plan import mix_request
from services.gateway.cli import main
from services.gateway.embedded import embedded_runner
from services.gateway.film_folder import read_document
from services.gateway.revise import read_film
from services.gateway.store_access import opened_store
from shared.build import Build
from shared.collect import Collector
from shared.digest import Digest
from shared.retention import Retention
from shared.schema import from_document, from_json, to_json
from shared.settings import Settings
from shared.timeline import Timeline
from tests.gateway.finished import Finished, edit
from tests.shared.stored import age_store


@pytest.fixture
def settings(finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A store of our own, 40 days old."""
    store = finished.copy(tmp_path / "old")
    monkeypatch.setenv("ONBEAT_STORE", str(store))
    return Settings(store)


def _gc(capsys: pytest.CaptureFixture[str], *flags: str) -> dict[str, Any]:
    assert main(["store", "gc", "--json", *flags]) == 0
    document = json.loads(capsys.readouterr().out)
    assert isinstance(document, dict)
    return document


def _clips(settings: Settings, folder: Path) -> dict[tuple[str, bool], str]:
    with opened_store(settings) as store:
        build = from_json(Build, store.blobs.read(store.film(str(folder)).build))
    return {(clip.shot_id, clip.is_transition): clip.packets_sha256 for clip in build.clips}


def _ran(report: dict[str, Any]) -> list[str]:
    return sorted(action["action"] for action in report["actions"] if not action["hit"])


def test_an_edit_after_a_collection_runs_only_what_it_changes(
    finished: Finished, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = _clips(settings, finished.second)
    done = _gc(capsys)
    assert [film["stays"] for film in done["films"]] == [True, True]
    out = tmp_path / "third"
    change = {"op": "set_grade", "shot": "#1", "warmth": -0.4}
    report = edit(settings, finished.second, out, change)
    assert _ran(report) == ["assemble", "inspect", "measure", "render"]
    after = _clips(settings, out)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {(report["shots"][0]["id"], False)}


def test_undo_works_after_a_collection(
    finished: Finished, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = _clips(settings, finished.first)
    _gc(capsys, "--keep-films", "1")
    report = edit(settings, finished.second, tmp_path / "undone", {"op": "undo"})
    assert "encode" not in _ran(report)
    assert _clips(settings, tmp_path / "undone") == first


def test_a_forgotten_film_goes_and_the_newer_one_stays_editable(
    finished: Finished, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    would = _gc(capsys, "--keep-films", "1", "--older-than", "30d", "--dry-run")
    did = _gc(capsys, "--keep-films", "1", "--older-than", "30d")
    assert would["kinds"] == did["kinds"]
    assert [film["stays"] for film in did["films"]] == [True, False]
    assert "40.0 days old, not one of the newest 1" in did["films"][1]["why"]
    assert did["kinds"]["render"]["blobs_gone"] == 1  # the clip that the edit replaced
    assert did["kinds"]["assemble"]["blobs_gone"] == 1
    assert main(["edit", str(finished.first), "--op", '{"op": "undo"}', "--dry-run"]) == 2
    assert "its build is not in this store" in capsys.readouterr().err
    edit(settings, finished.second, tmp_path / "out", {"op": "unlock", "shot": "#2"})


def test_a_locked_film_and_a_pinned_one_stay(
    finished: Finished, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    would = _gc(capsys, "--keep-films", "0", "--older-than", "0s", "--dry-run")
    assert [film["stays"] for film in would["films"]] == [True, False]
    assert would["films"][0]["why"] == "has locked shots that no other film which stays has"
    assert main(["store", "pin", "premiere", str(finished.first)]) == 0
    assert "pinned as premiere" in capsys.readouterr().out
    would = _gc(capsys, "--keep-films", "0", "--older-than", "0s", "--dry-run")
    assert would["films"][1]["why"] == "pinned as 'premiere'"
    assert main(["store", "gc", "--forget", str(finished.first)]) == 2
    assert "pinned as 'premiere'; it cannot be forgotten" in capsys.readouterr().err
    assert main(["store", "unpin", "premiere"]) == 0
    assert main(["store", "unpin", "premiere"]) == 2
    assert "no such pin" in capsys.readouterr().err
    done = _gc(capsys, "--forget", str(finished.first), "--forget", str(finished.second))
    assert [film["stays"] for film in done["films"]] == [False, False]
    left = {k: t for k, t in done["kinds"].items() if t["blobs_kept"] - t["blobs_young"]}
    assert not left


def test_a_pinned_blob_stays_with_what_it_leads_to(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened_store(settings) as store:
        rows = store.database.read("SELECT result FROM executions WHERE backend LIKE 'encode/i%'")
        manifest = Digest.parse(rows[0][0])
        document = json.loads(store.blobs.read(manifest))
        led_to = [Digest.parse(document[name]) for name in ("tensors", "reference")]
    assert main(["store", "pin", "style", manifest.sha256[:16]]) == 0
    assert main(["store", "pin", "nothing", "0123456789"]) == 2
    capsys.readouterr()
    _age(settings)
    _gc(capsys, *(word for name in _names(settings) for word in ("--forget", name)))
    with opened_store(settings) as store:
        assert not store.films()
        for digest in (manifest, *led_to):
            store.blobs.read(digest)
        assert {blob.digest for blob in store.blobs.stored()} >= {manifest, *led_to}
        assert len(list(store.blobs.stored())) < 15


def _age(settings: Settings) -> None:
    with opened_store(settings) as store:
        age_store(settings.store, store.database, 3)


def _names(settings: Settings) -> list[str]:
    with opened_store(settings) as store:
        return [film.name for film in store.films()]


def test_words_say_what_went(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["store", "gc", "--keep-films", "1", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "not one of the newest 1" in said
    assert "would be freed; films that stay: 1." in said
    assert main(["store", "gc", "--older-than", "soon"]) == 2
    assert "expected an age as in 30d" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["store", "gc", "--keep-films", "-3"])


async def test_an_edit_in_progress_holds_the_film_it_starts_from(
    finished: Finished, settings: Settings
) -> None:
    async with embedded_runner(settings) as runner:
        film = read_film(runner, finished.second)
        with opened_store(settings) as store:
            collector = Collector(store.database, store.blobs, settings.owners_folder)
            done = collector.collect(Retention(keep_films=0), untouched_for_seconds=0)
            held = {verdict.film.timeline: verdict.why for verdict in done.films}
            assert held[Digest.of_bytes(to_json(film.timeline))] == "in use"
            for clip in film.parent.build.clips:
                assert store.blobs.read(clip.segment)
    with opened_store(settings) as store:
        assert not [pin for pin in store.pins.all() if pin.owner]


async def test_a_hit_touches_all_that_its_action_wrote(
    finished: Finished, settings: Settings
) -> None:
    """So that no collection takes it from the build that goes on with it."""
    timeline = from_document(Timeline, read_document(finished.second, "timeline.json"))
    request = mix_request(timeline)
    began = time.time() - 60
    async with embedded_runner(settings) as runner:
        digest = await runner.run(request)
        assert [record.hit for record in runner.records] == [True]
    with opened_store(settings) as store:
        touched = {blob.digest for blob in store.blobs.stored() if blob.touched_at > began}
    assert touched == {digest}
