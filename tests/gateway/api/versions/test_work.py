"""The jobs behind cutdowns and exports."""

from __future__ import annotations

import zipfile
from pathlib import Path

from services.gateway.api.jobs.work import KINDS
from services.gateway.api.services import Services
from services.gateway.api.versions import pins, work


def test_their_names_are_their_own() -> None:
    assert set(work.KINDS) == {work.CUTDOWN, pins.EXPORT}
    assert not set(work.KINDS) & set(KINDS)


def test_a_zip_has_everything_under_relative_names(tmp_path: Path) -> None:
    (tmp_path / "out" / "media").mkdir(parents=True)
    (tmp_path / "out" / "media" / "a.mp4").write_bytes(b"12")
    (tmp_path / "out" / "film.otio").write_bytes(b"3")
    names = work._zip(tmp_path / "out", tmp_path / "a.zip")
    assert names == ["film.otio", "media/a.mp4"]
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        assert file.read("media/a.mp4") == b"12"


def test_a_revisions_files_are_all_there_for_as_long_as_they_are_needed(
    services: Services,
) -> None:
    files = {
        "report.json": str(services.blobs.put(b"{}")),
        "captions.srt": str(services.blobs.put(b"1")),
    }
    with work._files(services.blobs, files) as folder:
        assert (folder / "report.json").read_bytes() == b"{}"
        assert (folder / "captions.srt").read_bytes() == b"1"
    assert not folder.exists()
