"""`make_film`: what ends up in the folder, and damage that heals itself."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from services.gateway.made_film import MadeFilm
from services.gateway.make import make_film
from shared.builds import Builds
from shared.database import open_database
from shared.runner import Progress
from shared.schema import from_document
from shared.timeline import Timeline
from tests.gateway.conftest import Played


class Watcher:
    """Remembers what was shown."""

    def __init__(self) -> None:
        self.expected: dict[str, int] = {}
        self.finished: list[str] = []

    def expect(self, action: str, count: int) -> None:
        self.expected[action] = count

    def show(self, progress: Progress) -> None:
        if progress.fraction == 1.0:
            self.finished.append(progress.action)


def make(
    played: Played, out: Path, watcher: Watcher | None = None, *, verify_all: bool = False
) -> MadeFilm:
    work = make_film(
        played.settings,
        played.spec,
        out,
        draft=False,
        watcher=watcher or Watcher(),
        verify_all=verify_all,
    )
    return asyncio.run(work)


def test_the_folder_holds_the_planned_timeline_and_the_build_is_recorded(
    played: Played, tmp_path: Path
) -> None:
    made = make(played, tmp_path / "film")
    document = json.loads((made.folder / "timeline.json").read_text())
    assert from_document(Timeline, document) == played.timeline
    database = open_database(played.settings.database_path)
    build = played.built.build
    found = Builds(database).find(build.timeline, build.delivery)
    assert found is not None
    assert found[0] == played.built.digest
    database.dispose()
    assert json.loads((made.folder / "report.json").read_text()) == made.report


def test_progress_is_announced_and_reached(played: Played, tmp_path: Path) -> None:
    watcher = Watcher()
    make(played, tmp_path / "film", watcher)
    shots = len(played.timeline.shots)
    assert watcher.expected["render"] == watcher.finished.count("render") == shots
    assert watcher.expected["encode"] == watcher.finished.count("encode")


def test_the_joins_are_decoded_or_all_of_it(played: Played, tmp_path: Path) -> None:
    joins = make(played, tmp_path / "joins").report
    whole = make(played, tmp_path / "whole", verify_all=True).report
    assert joins["summary"]["decoded_frames"] == len(joins["shots"])
    assert whole["summary"]["decoded_frames"] == whole["frame_count"]
    for one, other in zip(joins["cuts"], whole["cuts"], strict=True):
        assert one["measured_frame"] == other["measured_frame"] == one["planned_frame"]
        assert one["contrast"] == other["contrast"]
    for summary in (joins["summary"], whole["summary"]):
        assert (summary["expected_packets_share"], summary["cuts_astray"]) == (1.0, 0)


def test_damaged_blobs_are_found_and_made_again(played: Played, tmp_path: Path) -> None:
    whole = make(played, tmp_path / "one")
    for shot in played.built.build.clips[:2]:
        path = played.blobs.path_of(shot.segment)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.chmod(0o644)
        path.write_bytes(data)
    played.blobs.path_of(played.built.build.film).unlink()
    made = make(played, tmp_path / "two")
    assert (made.folder / "film.mp4").read_bytes() == (whole.folder / "film.mp4").read_bytes()
    assert made.report["summary"]["expected_packets_share"] == 1.0
