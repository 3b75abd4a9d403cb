"""One zip of all films: the same bytes for the same films."""

from __future__ import annotations

import zipfile
from pathlib import Path

from services.gateway.batches.zipped import write_zip


def test_it_holds_the_films_named_and_the_manifests(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "stems").mkdir(parents=True)
        (tmp_path / name / "film.mp4").write_bytes(name.encode() * 100)
        (tmp_path / name / "stems" / "song.wav").write_bytes(b"wav")
    for name in ("manifest.json", "manifest.csv"):
        (tmp_path / name).write_text(name * 50)
    out = write_zip(tmp_path, ["one"])
    first = out.read_bytes()
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "manifest.json",
            "manifest.csv",
            "one/film.mp4",
            "one/stems/song.wav",
        ]
        assert archive.read("one/film.mp4") == b"one" * 100
        assert archive.getinfo("one/film.mp4").compress_type == zipfile.ZIP_STORED
        assert archive.getinfo("manifest.json").compress_type == zipfile.ZIP_DEFLATED
    (tmp_path / "one" / "film.mp4").touch()
    assert write_zip(tmp_path, ["one"]).read_bytes() == first
