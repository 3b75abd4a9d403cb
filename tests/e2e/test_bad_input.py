"""What cannot become a film: one clear line, exit code 2, no output folder, the store intact."""

from __future__ import annotations

import struct
import wave
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from services.gateway import make as making
from services.gateway.cli import main
from services.gateway.film_folder import staged_folder
from tests.e2e.sources import Sources


def png(path: Path, width: int, height: int) -> None:
    """A PNG of any size in a few kilobytes: rows of zeros compress to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = bytes(1 + (width + 7) // 8)
    compressor = zlib.compressobj(9)
    rows = b"".join(compressor.compress(row) for _ in range(height)) + compressor.flush()
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def wav(path: Path, samples: np.ndarray) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((samples * 32767).astype("<i2").tobytes())


def refused(capfd: pytest.CaptureFixture[str], out: Path, *words: str) -> str:
    """Run `onbeat make`, check that it refuses as promised, and return its one line."""
    code = main(["make", "--quiet", "--size", "256x144", *words, "-o", str(out)])
    said = capfd.readouterr()
    lines = said.err.strip().splitlines()
    assert code == 2, said.err
    assert len(lines) == 1, said.err
    assert said.out == ""
    assert not out.exists()
    assert not list(out.parent.glob(".*.partial"))
    return lines[0]


@pytest.fixture
def out(tmp_path: Path, shared_store: Path) -> Path:
    return tmp_path / "made" / "film"


def test_files_that_are_no_media(
    sources: Sources, out: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    clip = sources.clips[0].read_bytes()
    contents = {
        "empty.mp4": b"",
        "truncated.mp4": clip[: len(clip) // 2],
        "text.mp4": b"This is not a film.\n" * 50,
        "noise.jpg": np.random.default_rng(0).bytes(5000),
        "half.jpg": sources.photos[0].read_bytes()[:200],
        "noise.mp3": np.random.default_rng(1).bytes(5000),
    }
    for name, data in contents.items():
        path = tmp_path / name
        path.write_bytes(data)
        flag = "--song" if name.endswith("mp3") else "--ref"
        line = refused(capfd, out, *sources.flags(), flag, str(path))
        assert name in line, line
        assert "expected" in line or "accepted" in line, line


def test_a_clip_whose_end_is_missing_is_not_silently_shortened(
    sources: Sources, out: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import av

    whole = tmp_path / "whole.mp4"
    options = {"movflags": "faststart"}
    with av.open(str(sources.clips[0])) as source, av.open(str(whole), "w", options=options) as to:
        stream = to.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                to.mux(packet)
    data = whole.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(data[: len(data) // 2])  # The index is at the front and promises everything.
    line = refused(capfd, out, *sources.flags(), "--ref", str(cut))
    assert "cut.mp4" in line
    assert "truncated" in line


def test_names_that_contradict_the_content(
    sources: Sources, out: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for source, name in ((sources.photos[0], "photo.mp4"), (sources.clips[0], "clip.txt")):
        path = tmp_path / name
        path.write_bytes(source.read_bytes())
        line = refused(capfd, out, *sources.flags(), "--ref", str(path))
        assert name in line
        assert "expected a name ending in" in line


@pytest.mark.parametrize(("side", "message"), [(1, "1x1"), (20_000, "20000x20000")])
def test_photos_too_small_and_too_large(
    sources: Sources,
    out: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    side: int,
    message: str,
) -> None:
    png(tmp_path / "odd.png", side, side)
    line = refused(capfd, out, *sources.flags(), "--ref", str(tmp_path / "odd.png"))
    assert "odd.png" in line
    assert message in line.replace(" ", "")


def test_songs_that_carry_no_film(
    sources: Sources, out: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    tone = np.sin(np.arange(48_000) * 2 * np.pi * 440 / 48_000)
    wav(tmp_path / "short.wav", 0.5 * tone[:14_400])
    wav(tmp_path / "silence.wav", np.zeros(5 * 48_000))
    reference = ["--ref", str(sources.clips[0])]
    short = refused(capfd, out, *reference, "--song", str(tmp_path / "short.wav"))
    assert "short.wav: only 0.30 s long; expected" in short
    silence = refused(capfd, out, *reference, "--song", str(tmp_path / "silence.wav"))
    assert "silence.wav: silent" in silence
    picture = refused(capfd, out, *reference, "--song", str(sources.photos[0]))
    assert "has no sound" in picture


def test_silence_is_analysed_honestly(
    tmp_path: Path, shared_store: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import json

    wav(tmp_path / "silence.wav", np.zeros(5 * 48_000))
    assert main(["analyze", str(tmp_path / "silence.wav")]) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["tempo_bpm"] is None
    assert found["beats"] == found["downbeats"] == []
    assert found["duration"] == 5.0


def test_a_reference_without_a_picture(
    sources: Sources, out: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    line = refused(capfd, out, "--ref", str(sources.song))
    assert "song.wav: has no picture" in line


def test_briefs_of_odd_text(
    sources: Sources, out: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    brief = tmp_path / "brief.yaml"
    for text, message in (
        ("song: 2024-13-45", "2024-13-45: no such file"),
        ("[" * 10_000, "nested too deeply"),
        (f"seed: {'9' * 5000}", "whole number"),
        ("song: !!timestamp soon", "not a brief in YAML"),
        (f"song: {'x' * 5000}", "File name too long"),
    ):
        brief.write_text(text)
        line = refused(capfd, out, str(brief), "--ref", str(sources.clips[0]))
        assert message in line


def test_missing_paths_and_folders(
    sources: Sources, out: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    line = refused(capfd, out, *sources.flags(), "--ref", str(tmp_path / "nowhere.mp4"))
    assert "nowhere.mp4: no such file" in line
    assert "is a folder" in refused(capfd, out, "--ref", str(tmp_path))
    assert "no clip or photo" in refused(capfd, out, "--song", str(sources.song))
    assert "no such file" in refused(capfd, out, str(tmp_path / "brief.yaml"))


def test_output_that_cannot_be_written(
    sources: Sources, shared_store: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("dear")
    for out in (tmp_path / "file" / "film", Path("/proc/film"), Path("/dev/null/film")):
        line = refused(capfd, out, *sources.flags())
        assert str(out) in line
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_text("dear")
    assert main(["make", *sources.flags(), "-o", str(tmp_path / "photos")]) == 2
    assert "not a film folder of Onbeat" in capfd.readouterr().err
    assert (tmp_path / "photos" / "a.jpg").read_text() == "dear"


def test_a_folder_made_while_the_film_renders_is_kept(
    sources: Sources,
    shared_store: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "film"

    @contextmanager
    def interfering(path: Path) -> Iterator[Path]:
        with staged_folder(path) as folder:
            yield folder
            out.mkdir()
            (out / "notes.txt").write_text("dear")

    monkeypatch.setattr(making, "staged_folder", interfering)
    words = [*sources.flags(), "--size", "256x144", "--duration", "2", "--quiet"]
    assert main(["make", *words, "-o", str(out)]) == 2
    assert "it is left as it is" in capfd.readouterr().err
    assert (out / "notes.txt").read_text() == "dear"
    assert [path.name for path in tmp_path.iterdir()] == ["film"]


def test_a_store_that_cannot_be_written(
    sources: Sources,
    out: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ONBEAT_STORE", "/proc/store")
    line = refused(capfd, out, *sources.flags())
    assert "/proc/store cannot be used" in line
    assert "ONBEAT_STORE" in line


def test_odd_flags(sources: Sources, out: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for words, message in (
        (["--fps", "0"], "out of range"),
        (["--size", "11x11"], "even sides"),
        (["--pacing", "fast"], "expected one of calm"),
        (["--duration", "1e999"], "not a number"),
        (["--seed", "x"], "whole number"),
        (["--seed", "9" * 5000], "whole number"),
        (["--ref", f"x={'y' * 5000}"], "File name too long"),
        (["--duration", "0.2"], "too short"),
        (["--ref", f"1={sources.photos[0]}"], "handle '1' is not usable"),
        (["--ref", f"a={sources.photos[0]}", "--ref", f"a={sources.photos[1]}"], "more than one"),
    ):
        assert message in refused(capfd, out, *sources.flags(), *words)


def test_the_store_still_works_afterwards(
    sources: Sources, out: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.mp4").write_text("no film")
    refused(capfd, out, *sources.flags(), "--ref", str(tmp_path / "text.mp4"))
    words = [*sources.flags(), "--size", "256x144", "--duration", "2", "--quiet"]
    assert main(["make", *words, "-o", str(out)]) == 0
    assert (out / "film.mp4").exists()
