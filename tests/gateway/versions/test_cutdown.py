"""A cutdown of a real film: exact, on its beats, of the master's own packets."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from services.gateway.film_folder import read_document
from services.gateway.made_film import MadeFilm
from services.gateway.versions.cutdown import make_cutdown
from shared.errors import InvalidInput
from shared.media.audio import decode_audio
from shared.media.video import VideoReader
from shared.schema import from_document
from shared.timeline import Timeline
from tests.gateway.finished import Silent, edit
from tests.gateway.versions.conftest import Approved


def _cut(approved: Approved, seconds: str, out: Path) -> tuple[MadeFilm, Mapping[str, Any]]:
    work = make_cutdown(approved.settings, approved.folder, Fraction(seconds), out, Silent())
    return asyncio.run(work)


def test_it_is_exactly_as_long_and_reuses_the_masters_packets(
    approved: Approved, tmp_path: Path
) -> None:
    made, told = _cut(approved, "2.5", tmp_path / "short")
    report = made.report
    assert report["frame_count"] == told["frames"] == 75
    with VideoReader(tmp_path / "short" / "film.mp4") as reader:
        assert sum(1 for _ in reader.frames()) == 75
    sound = decode_audio(tmp_path / "short" / "film.mp4", 48_000)
    assert abs(len(sound) - 75 * 1600) <= 1024  # a packet of AAC
    summary = report["summary"]
    assert summary["cuts_on_planned_frame"] == len(report["cuts"])
    assert summary["expected_packets_share"] == 1
    assert report["audio_lag_samples"] == 0
    assert told["shots_kept"] >= 1
    assert told["shots_kept"] == summary["shots_kept"]
    assert told["renders_run"] <= told["shots_made"]
    master = {
        shot["id"]: shot["clip"] for shot in read_document(approved.folder, "report.json")["shots"]
    }
    kept = [shot for shot in report["shots"] if shot["kept"]]
    assert all(shot["clip"] == master[shot["id"]] for shot in kept)
    timeline = from_document(Timeline, read_document(made.folder, "timeline.json"))
    order = [shot.id for shot in approved.timeline.shots]
    places = [order.index(shot.id) for shot in timeline.shots]
    assert places == sorted(places)
    assert places[0] == 0  # the hook
    assert not [note for note in told["notes"] if "not approved" in note]


def test_tagged_shots_are_in_it_and_an_open_master_is_told_of(
    approved: Approved, tmp_path: Path
) -> None:
    last = approved.timeline.shots[-2].id
    tagged = Approved(tmp_path / "tagged", approved.settings)
    edit(
        approved.settings,
        approved.folder,
        tagged.folder,
        {"op": "tag", "shot": last, "tag": "must"},
        {"op": "unlock", "shot": "#1"},
    )
    made, told = _cut(tagged, "2.5", tmp_path / "short")
    assert last in [shot["id"] for shot in told["shots"]]
    assert "1 of" in next(note for note in told["notes"] if "not approved" in note)
    assert made.report["summary"]["cuts_astray"] == 0
    if told["joins"]:
        assert told["song"] == "joined"
        assert all(abs(join["rhythm_step_ms"] or 0) < 40 for join in told["joins"])


@pytest.mark.parametrize(
    ("seconds", "words"), [("1", "expected 2 to 600"), ("4", "expected less"), ("60", "less")]
)
def test_lengths_that_cannot_be_are_refused(
    approved: Approved, tmp_path: Path, seconds: str, words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        _cut(approved, seconds, tmp_path / "short")
    assert not (tmp_path / "short").exists()


def test_more_tags_than_fit_are_refused_with_the_figure(approved: Approved, tmp_path: Path) -> None:
    count = len(approved.timeline.shots)
    tagged = Approved(tmp_path / "tagged", approved.settings)
    tags = [{"op": "tag", "shot": f"#{n}", "tag": "must"} for n in range(1, count + 1)]
    edit(approved.settings, approved.folder, tagged.folder, *tags)
    with pytest.raises(InvalidInput, match=r"what must be kept takes at least \d\.\d\d s"):
        _cut(tagged, "2", tmp_path / "short")
