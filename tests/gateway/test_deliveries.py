"""`make --also`: one timeline in further aspects, each checked, and edited with the film."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.gateway.build_plan import delivery_of
from services.gateway.cli import main
from services.gateway.deliveries import add_deliveries, asked_before
from shared.builds import Builds
from shared.database import open_database
from shared.digest import Digest
from shared.media.video import VideoReader
from shared.schema import from_document, to_json
from shared.settings import Settings
from shared.timeline import Timeline
from tests.e2e.sources import Sources

MAKE = ["--size", "160x90", "--pacing", "driving", "--duration", "3", "--draft", "--quiet"]


@dataclass(frozen=True)
class Made:
    """A film with two further aspects, and its store."""

    folder: Path
    store: Path


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, sources: Sources) -> Made:
    film = Made(tmp_path_factory.mktemp("films") / "film", tmp_path_factory.mktemp("store"))
    words = ["--also", "9:16", "--also", "1:1", "-o", str(film.folder)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONBEAT_STORE", str(film.store))
        assert main(["make", *sources.flags(), *MAKE, *words]) == 0
    return film


@pytest.fixture
def made(first: Made, monkeypatch: pytest.MonkeyPatch, _own_store: None) -> Path:
    monkeypatch.setenv("ONBEAT_STORE", str(first.store))
    return first.folder


def _report(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "report.json").read_text()))


def _timeline(folder: Path, name: str = "timeline.json") -> Timeline:
    return from_document(Timeline, json.loads((folder / name).read_text()))


def test_each_aspect_is_a_film_of_the_same_cuts_and_windows(made: Path) -> None:
    report = _report(made)
    assert sorted(report["deliveries"]) == ["1:1", "9:16"]
    film = _timeline(made)
    for part, size, document in (
        ("9x16", (90, 160), report["deliveries"]["9:16"]),
        ("1x1", (90, 90), report["deliveries"]["1:1"]),
    ):
        with VideoReader(made / f"film-{part}.mp4") as reader:
            assert (reader.width, reader.height) == size
            assert sum(1 for _ in reader.frames()) == film.frame_count
        other = _timeline(made, f"timeline-{part}.json")
        assert other.start_frames() == film.start_frames()
        assert [shot.source for shot in other.shots] == [shot.source for shot in film.shots]
        assert document["summary"]["cuts_on_planned_frame"] == len(document["cuts"])
        assert document["summary"]["expected_packets_share"] == 1
        assert document["audio_lag_samples"] == 0
        assert b'src="film-' + part.encode() in (made / f"report-{part}.html").read_bytes()
    assert "Other aspects" in (made / "report.html").read_text()


def test_each_delivery_has_a_build_of_its_own(made: Path) -> None:
    database = open_database(Settings.from_environment().database_path)
    for name in ("timeline.json", "timeline-9x16.json", "timeline-1x1.json"):
        timeline = _timeline(made, name)
        digest = Digest.of_bytes(to_json(timeline))
        assert Builds(database).find(digest, delivery_of(timeline, draft=True)) is not None
    database.dispose()


def test_an_edit_makes_them_again_and_keeps_what_it_does_not_touch(
    made: Path, tmp_path: Path
) -> None:
    out = tmp_path / "edited"
    grade = '{"op": "set_grade", "shot": "#2", "warmth": 0.5}'
    assert main(["edit", str(made), "--op", grade, "-o", str(out), "--quiet"]) == 0
    before, after = _report(made), _report(out)
    count = len(after["shots"])
    assert after["summary"]["shots_kept"] == count - 1
    for aspect in ("9:16", "1:1"):
        one, other = before["deliveries"][aspect], after["deliveries"][aspect]
        assert other["summary"]["shots_kept"] == count - 1
        assert other["parent"] == one["timeline"]
        clips = zip(one["shots"], other["shots"], strict=True)
        assert [a["clip"] == b["clip"] for a, b in clips].count(False) == 1
    ran = [action["action"] for action in after["actions"] if not action["hit"]]
    assert ran.count("render") == ran.count("measure") == 3
    assert asked_before(out) == asked_before(made)


def test_a_film_folder_with_further_aspects_may_be_replaced(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "again"
    warmth = '{"op": "set_grade", "shot": "#1", "warmth": 0.1}'
    for _ in range(2):
        assert main(["edit", str(made), "--op", warmth, "-o", str(out), "--quiet"]) == 0
    assert (out / "film-9x16.mp4").exists()


@pytest.mark.parametrize(("also", "words"), [("16:9", "has that aspect already"), ("2:1", "known")])
def test_what_cannot_be_delivered_is_refused(
    sources: Sources,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    also: str,
    words: str,
) -> None:
    out = tmp_path / "film"
    flags = ["make", *sources.flags(), "--size", "160x90", "--also", also, "-o", str(out)]
    assert main(flags) == 2
    assert words in capfd.readouterr().err
    assert not out.exists()


def test_what_is_wrong_with_a_delivery_is_said_once() -> None:
    covered = {"TikTok": ["s1"]}
    framing = {"size": "90x160", "faces": 10, "faces_whole": 9, "shots_with_covered_faces": covered}
    framing["type_outside"] = {"TikTok": ["c1", "c2"]}
    own = {"size": "160x90", "faces": 10, "faces_whole": 10, "shots_with_covered_faces": {}}
    own["type_outside"] = {}
    delivery = {"warnings": ["the song is quiet", "a cut is astray"], "framing": framing}
    report = {"warnings": ["the song is quiet"]}
    add_deliveries(report, {"framing": own, "deliveries": {"9:16": delivery}})
    assert report["warnings"] == [
        "the song is quiet",
        "9:16: a cut is astray",
        "90x160: 1 of 10 looks at faces have them cut by the frame",
        "90x160: TikTok lays its controls over the type c1, c2",
        "90x160: TikTok lays its controls over a face in s1",
    ]
    plain: dict[str, Any] = {"warnings": []}
    add_deliveries(plain, None)
    assert plain == {"warnings": []}
