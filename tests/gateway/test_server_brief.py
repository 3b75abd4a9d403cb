"""Briefs of `onbeat make --server`: nothing of this machine's paths goes to the server."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from services.gateway.api.films.briefs import read_brief_document
from services.gateway.api.references.service import StoredReference
from services.gateway.cli import _parser
from services.gateway.make_brief import brief_of
from services.gateway.server_brief import brief_and_files
from shared.digest import Digest

BRIEF = """\
song: sounds/track.wav
references:
  - ride.mp4
  - {handle: mug, path: mug.jpg, roles: [product]}
pacing: steady
size: 640x360
frame_rate: 29.97
titles: [{kind: end_card, text: "mug.jpg?", seconds: 3}]
"""


def options(*words: str) -> argparse.Namespace:
    return _parser().parse_args(["make", *words, "-o", "out"])


def ids(files: dict[Path, str]) -> dict[Path, str]:
    return {path: f"ref_{number:026d}" for number, path in enumerate(files)}


def test_the_server_reads_the_same_brief(tmp_path: Path) -> None:
    (tmp_path / "brief.yaml").write_text(BRIEF)
    asked = options(
        str(tmp_path / "brief.yaml"), "--pacing", "driving", "--ref", "hero=a.mp4", "--ref",
        "b.jpg", "--voice", "say.wav", "--script", "words.txt", "--also", "9:16", "--words",
    )  # fmt: skip
    document, files = brief_and_files(asked)
    given = ids(files)
    found = document(given)
    assert str(tmp_path) not in json.dumps(found)
    assert files[Path("words.txt")] == "text"
    assert files[tmp_path / "ride.mp4"] == "media"

    def find(name: str) -> StoredReference:
        path = next(path for path, id_ in given.items() if id_ == name)
        blob = Digest.of_bytes(b"a")
        return StoredReference(name, None, path.name, "video", 1, blob, {}, 0.0)

    here, there = brief_of(asked), read_brief_document(found, find).spec
    for name in ("pacing", "size", "frame_rate", "titles", "words", "also"):
        assert getattr(here, name) == getattr(there, name), name
    assert [item.handle for item in there.references] == [i.handle for i in here.references]
    assert [item.path.name for item in there.references] == [i.path.name for i in here.references]
    assert [item.roles for item in there.references] == [item.roles for item in here.references]
    assert there.song is not None
    assert there.song.name == "track.wav"
    assert there.script is not None


def test_flags_alone_are_a_brief() -> None:
    document, files = brief_and_files(
        options("--song", "a.wav", "--ref", "b.mp4", "--duration", "4")
    )
    found = document(ids(files))
    assert found["duration_seconds"] == "4"
    assert found["song"].startswith("ref_")
    assert [set(item) for item in found["references"]] == [{"path"}]
