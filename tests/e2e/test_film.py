"""Whole films, made by the command line and observed in their files."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from services.gateway.cli import main
from tests.e2e.observed import observe
from tests.e2e.sources import Sources, write_clip, write_photo

SMALL = ["--size", "256x144", "--pacing", "driving", "--quiet"]


def make(out: Path, *words: str) -> dict[str, Any]:
    assert main(["make", *SMALL, *words, "-o", str(out)]) == 0
    return report_of(out)


def report_of(out: Path) -> dict[str, Any]:
    document = json.loads((out / "report.json").read_text())
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize("fps", ["23.976", "25", "29.97", "30", "60"])
def test_every_cut_is_seen_on_its_planned_frame_at_every_rate(
    sources: Sources, shared_store: Path, tmp_path: Path, fps: str
) -> None:
    report = make(tmp_path / "film", *sources.flags(), "--fps", fps)
    seen = observe(tmp_path / "film" / "film.mp4")
    rate = Fraction(report["frame_rate"])
    assert rate == {"23.976": Fraction(24000, 1001), "29.97": Fraction(30000, 1001)}.get(
        fps, Fraction(fps)
    )
    assert seen.frame_rate == rate
    assert seen.times == tuple(index / rate for index in range(report["frame_count"]))
    assert report["frame_count"] == round(8 * rate)
    assert seen.duration == report["frame_count"] / rate
    assert len(report["cuts"]) >= 5
    for cut in report["cuts"]:
        assert cut["measured_frame"] == cut["planned_frame"]
        # The largest change of the neighbourhood is where the report saw the cut.
        near = range(cut["planned_frame"] - 5, cut["planned_frame"] + 6)
        assert max(near, key=lambda frame: seen.changes[frame]) == cut["planned_frame"]
    assert [shot["end_frame"] for shot in report["shots"][:-1]] == [
        cut["planned_frame"] for cut in report["cuts"]
    ]


def test_cuts_fall_on_the_songs_true_beats(
    sources: Sources, shared_store: Path, tmp_path: Path
) -> None:
    report = make(tmp_path / "film", *sources.flags())
    distances = [
        min(
            abs(cut["measured_frame"] / 30 + report["song_offset_seconds"] - b)
            for b in sources.beats
        )
        for cut in report["cuts"]
    ]
    assert sum(distances) / len(distances) <= 0.5 / 30 + 0.010
    assert max(distances) <= 0.5 / 30 + 0.020


def test_the_sound_is_the_song_with_no_lag(
    sources: Sources, shared_store: Path, tmp_path: Path
) -> None:
    report = make(tmp_path / "film", *sources.flags())
    assert report["audio_lag_samples"] == 0
    sound = observe(tmp_path / "film" / "film.mp4").sound
    import wave

    with wave.open(str(sources.song), "rb") as file:
        data = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    song = data.mean(axis=1) / 32768
    length = min(len(sound), len(song))
    spectrum = np.fft.rfft(song[:length], 2 * length)
    correlation = np.fft.irfft(np.fft.rfft(sound[:length], 2 * length) * spectrum.conj())
    assert int(np.argmax(np.concatenate([correlation[-500:], correlation[:500]]))) - 500 == 0


def test_a_second_run_of_the_same_brief_runs_no_action(
    sources: Sources, shared_store: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    make(first, *sources.flags())
    report = make(second, *sources.flags())
    assert report["actions"]
    assert all(action["hit"] for action in report["actions"])
    assert all(shot["reused"] for shot in report["shots"])
    for name in ("film.mp4", "timeline.json", "sync.json", "poster.jpg"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_a_new_store_gives_the_same_bytes(
    sources: Sources, shared_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path / "one", *sources.flags(), "--duration", "3")
    monkeypatch.setenv("ONBEAT_STORE", str(tmp_path / "new store"))
    report = make(tmp_path / "two", *sources.flags(), "--duration", "3")
    assert not any(action["hit"] for action in report["actions"])
    assert (tmp_path / "one/film.mp4").read_bytes() == (tmp_path / "two/film.mp4").read_bytes()


def test_a_draft_has_the_same_cuts_and_windows(
    sources: Sources, shared_store: Path, tmp_path: Path
) -> None:
    words = [*sources.flags(), "--size", "1920x1080", "--duration", "2"]
    draft = make(tmp_path / "draft", *words, "--draft")
    timeline = json.loads((tmp_path / "draft/timeline.json").read_text())
    assert draft["size"] == "960x540"
    assert observe(tmp_path / "draft/film.mp4").size == (960, 540)
    full = make(tmp_path / "full", *words)
    assert json.loads((tmp_path / "full/timeline.json").read_text()) == timeline
    assert [cut["measured_frame"] for cut in draft["cuts"]] == [
        cut["measured_frame"] for cut in full["cuts"]
    ]


def test_a_brief_file_and_flags_make_the_same_film(
    sources: Sources, shared_store: Path, tmp_path: Path
) -> None:
    brief = sources.folder / "brief.yaml"
    names = [path.name for path in (*sources.clips, *sources.photos)]
    brief.write_text(
        f"song: song.wav\nreferences: {json.dumps(names)}\n"
        "size: 256x144\npacing: driving\nduration_seconds: 4\n"
    )
    assert main(["make", str(brief), "--quiet", "-o", str(tmp_path / "one")]) == 0
    make(tmp_path / "two", *sources.flags(), "--duration", "4")
    assert (tmp_path / "one/film.mp4").read_bytes() == (tmp_path / "two/film.mp4").read_bytes()


def test_changing_one_reference_keeps_what_did_not_change(
    sources: Sources, shared_store: Path, tmp_path: Path
) -> None:
    make(tmp_path / "one", *sources.flags())
    write_photo(tmp_path / "new.jpg", (800, 450), 9)
    report = make(tmp_path / "two", *sources.flags(), "--ref", str(tmp_path / "new.jpg"))
    ran = {(a["action"], a["subject"]) for a in report["actions"] if not a["hit"]}
    encoded = sorted(subject for action, subject in ran if action == "encode")
    assert encoded == ["image3", "new.jpg"]
    assert not any(action in ("analyze", "plan_cuts", "mix") for action, _ in ran)


def test_without_a_song_the_cuts_are_steady_and_there_is_no_sound(
    sources: Sources, shared_store: Path, tmp_path: Path
) -> None:
    report = make(
        tmp_path / "film", "--ref", str(sources.clips[0]), "--ref", str(sources.photos[0])
    )
    assert report["song"] is None
    assert report["audio_lag_samples"] is None
    assert {cut["kind"] for cut in report["cuts"]} == {"steady"}
    assert all(cut["event_seconds"] is None for cut in report["cuts"])
    assert len(observe(tmp_path / "film/film.mp4").sound) == 0


def test_the_output_folder_holds_what_is_promised(
    sources: Sources, shared_store: Path, tmp_path: Path
) -> None:
    out = tmp_path / "films" / "one"
    report = make(out, *sources.flags())
    assert sorted(path.name for path in out.iterdir()) == [
        "film.mp4",
        "poster.jpg",
        "report.html",
        "report.json",
        "sync.json",
        "timeline.json",
    ]
    sync = json.loads((out / "sync.json").read_text())
    assert sync["tempo_bpm"] == pytest.approx(120, abs=0.5)
    assert sync["words"] == sync["sentences"] == []  # nobody asked for words
    assert set(sync["downbeats"]) <= set(sync["beats"])
    assert {"song", "cuts", "shots", "actions", "audio_lag_samples"} <= set(report)
    ids = [shot["id"] for shot in report["shots"]]
    assert len(set(ids)) == len(ids)
    facts = {"reason", "kind", "event", "contrast", "transition", "lead_frames"}
    assert facts <= set(report["cuts"][0])


def test_the_first_clips_sound_is_the_song_when_none_is_given(
    sources: Sources, shared_store: Path, tmp_path: Path
) -> None:
    from tests.e2e.sources import write_clip_with_sound

    clip = tmp_path / "talk.mp4"
    write_clip_with_sound(clip, sources.song)
    report = make(tmp_path / "film", "--ref", str(clip))
    assert report["song"] is None
    assert report["audio_lag_samples"] == 0
    beats = {"beat", "downbeat", "phrase", "section", "drop"}
    assert {cut["event"] for cut in report["cuts"]} <= beats


def test_a_very_short_clip_is_slowed_and_the_report_says_so(
    shared_store: Path, tmp_path: Path
) -> None:
    write_clip(tmp_path / "blink.mp4", seconds=0.4, frame_rate=Fraction(25), step=5)
    report = make(tmp_path / "film", "--ref", str(tmp_path / "blink.mp4"), "--duration", "2")
    assert any("slowed" in warning for warning in report["warnings"])
    assert report["frame_count"] == 60
