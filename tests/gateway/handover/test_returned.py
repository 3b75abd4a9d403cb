"""A film goes to an editing program and comes back as its next revision."""

from __future__ import annotations

import json
from pathlib import Path

import opentimelineio as otio
import pytest

from services.gateway.cli import main
from services.gateway.handover.returned import read_edited
from shared.errors import InvalidInput, NotFound
from tests.gateway.handover.conftest import HandedOver


def test_kept_clips_are_bit_identical_and_locked(
    handed: HandedOver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("ONBEAT_STORE", str(handed.settings.store))
    timeline = otio.adapters.read_from_file(str(handed.folder / "film.otio"))
    clips = [c for c in timeline.video_tracks()[0] if isinstance(c, otio.schema.Clip)]
    one = otio.opentime.RationalTime(1, clips[0].source_range.duration.rate)
    for clip, change in ((clips[-2], -one), (clips[-1], one)):
        was = clip.source_range
        clip.source_range = otio.opentime.TimeRange(was.start_time, was.duration + change)
    edited = tmp_path / "edited.otio"
    otio.adapters.write_to_file(timeline, str(edited))
    words = ["import", str(edited), "--film", str(handed.film), "-o", str(tmp_path / "next")]
    assert main(words) == 0
    assert "2 shots changed; all clips are locked" in capsys.readouterr().out
    document = json.loads((tmp_path / "next" / "timeline.json").read_text())
    assert all(shot["is_locked"] for shot in document["shots"])
    report = json.loads((tmp_path / "next" / "report.json").read_text())
    kept = [shot["id"] for shot in report["shots"] if shot["kept"]]
    assert len(kept) >= len(clips) - 3
    assert all(
        cut["measured_frame"] is not None for cut in report["cuts"] if "measured_frame" in cut
    )


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_edited(tmp_path / "nothing.otio")
    with pytest.raises(InvalidInput, match=r"expected one of \.otio"):
        read_edited(tmp_path / "film.aaf")
    broken = tmp_path / "broken.otio"
    broken.write_text("{")
    with pytest.raises(InvalidInput, match="not a timeline that can be read"):
        read_edited(broken)


@pytest.mark.parametrize("samples", [-48_000, 48_000 * 100])
def test_a_film_that_outlasts_its_song_is_refused(
    handed: HandedOver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], samples: int,
) -> None:  # fmt: skip
    monkeypatch.setenv("ONBEAT_STORE", str(handed.settings.store))
    timeline = otio.adapters.read_from_file(str(handed.folder / "film.otio"))
    song = next(c for t in timeline.audio_tracks() for c in t.find_clips() if c.name == "song")
    start = otio.opentime.RationalTime(samples, 48_000)
    song.source_range = otio.opentime.TimeRange(start, song.source_range.duration)
    edited = tmp_path / "edited.otio"
    otio.adapters.write_to_file(timeline, str(edited))
    words = ["import", str(edited), "--film", str(handed.film), "-o", str(tmp_path / "next")]
    assert main(words) == 2
    assert "the song has 8.00 s" in capsys.readouterr().err
    assert not (tmp_path / "next").exists()
