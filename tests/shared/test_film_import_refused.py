"""Archives that lie, lack something or change: nothing of them stays, at any moment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared.archive import write_archive
from shared.build import Build
from shared.digest import Digest
from shared.errors import InvalidInput, MissingBlob, Unavailable
from shared.film_export import contents_of
from shared.film_import import FilmImport
from shared.schema import from_json, to_json
from shared.tar_stream import read_members
from tests.shared.archived import exported, imported, is_empty, rewritten
from tests.shared.stored import DELIVERY, SmallStore, quick_folder, small_store


@pytest.fixture
def here() -> Iterator[SmallStore]:
    with small_store() as made:
        yield made


@pytest.fixture
def there() -> Iterator[SmallStore]:
    with small_store() as made:
        made.film(b"one", b"two" * 1000, locked=(0,), reference=b"clip" * 2_000_000)
        yield made


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as made:
        yield made


@pytest.mark.parametrize("victim", [1, 3, -2])
def test_a_poisoned_blob_leaves_nothing_behind(
    there: SmallStore, here: SmallStore, folder: Path, victim: int
) -> None:
    path = exported(there, folder / "film.onbeat")

    def poison(members: dict[str, bytes]) -> None:
        name = list(members)[victim]
        members[name] = members[name][:-1] + bytes([members[name][-1] ^ 1])

    rewritten(path, poison)
    with pytest.raises(InvalidInput, match="is damaged: its bytes are not what it names"):
        imported(here, path)
    assert is_empty(here)
    assert not list(here.blobs.stored())


def test_a_film_that_lacks_a_blob_is_refused(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    """Also where the table of contents agrees with it."""
    path = exported(there, folder / "film.onbeat")
    lost = Digest.of_bytes(b"segment of one")

    def lose(members: dict[str, bytes]) -> None:
        del members[f"blobs/{lost.sha256}"]
        contents = json.loads(members["onbeat-film.json"])
        contents["blobs"].remove(str(lost))
        contents["results"] = []
        members["onbeat-film.json"] = json.dumps(contents).encode()

    rewritten(path, lose)
    with pytest.raises(InvalidInput, match=f"lacks blob {lost.short}"):
        imported(here, path)
    assert is_empty(here)


def test_a_record_of_another_film_is_refused(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    store = there
    other = store.film(b"one", b"two" * 1000, reference=b"clip" * 2_000_000, seed=77)
    mine = store.films[-1]
    contents = contents_of(store.database, store.blobs, mine)
    theirs = Digest.of_bytes(to_json(other))
    for wrong in (
        replace(contents, timeline=theirs, blobs=tuple(sorted((*contents.blobs, theirs)))),
        replace(contents, delivery="{}"),
    ):
        with (folder / "film.onbeat").open("wb") as target:
            write_archive(target, wrong, store.blobs, lambda done, total: None)
        with pytest.raises(InvalidInput, match="do not belong together"):
            imported(here, folder / "film.onbeat")
    assert is_empty(here)


def test_a_build_of_another_version_is_refused(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    film = there.films[0]
    text = there.blobs.read(film.build).replace(b'"Build/2"', b'"Build/3"')
    newer = there.blobs.put(text)
    assert newer != film.build
    there.database.write(("UPDATE builds SET build = :b", {"b": str(newer)}))
    path = exported(there, folder / "film.onbeat")
    with pytest.raises(InvalidInput, match="expected a document of type Build/2, found 'Build/3'"):
        imported(here, path)
    assert is_empty(here)


@pytest.mark.parametrize("request_text", ["no json", "[]", '"x"', '{"a": "%s"}'])
def test_a_result_of_no_request_is_refused(
    there: SmallStore, here: SmallStore, folder: Path, request_text: str
) -> None:
    contents = contents_of(there.database, there.blobs, there.films[0])
    text = request_text.replace("%s", str(Digest.of_bytes(b"elsewhere")))
    results = (replace(contents.results[0], request=text), *contents.results[1:])
    path = folder / "film.onbeat"
    with path.open("wb") as target:
        lying = replace(contents, results=results)
        write_archive(target, lying, there.blobs, lambda done, total: None)
    with pytest.raises(InvalidInput, match="which is no request"):
        imported(here, path)
    assert is_empty(here)


def test_a_file_that_changes_while_it_is_read_is_noticed(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    path = exported(there, folder / "film.onbeat")
    changed: list[bool] = []

    def change(stage: str, done: int, total: int) -> None:
        if stage == "Verifying" and done == total and not changed:
            with path.open("r+b") as file:
                position = next(m.offset for m in read_members(file) if m.size_bytes == 8_000_000)
                file.seek(position)
                file.write(b"CLIP")
            changed.append(True)

    work = FilmImport(here.database, here.blobs, here.folder)
    with pytest.raises(InvalidInput, match="changed while it was being read"):
        work.run(path, change)
    assert changed
    assert is_empty(here)


def test_kill_9_at_any_moment_leaves_all_or_nothing(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    path = exported(there, folder / "film.onbeat")
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from tests.shared.stored import SmallStore; from shared.film_import import FilmImport\n"
        "store, seen = SmallStore(Path(sys.argv[1])), []\n"
        "def die(stage, done, total):\n"
        "    seen.append(stage)\n"
        "    if seen.count(sys.argv[3]) == int(sys.argv[4]):\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "FilmImport(store.database, store.blobs, store.folder).run(Path(sys.argv[2]), die)\n"
    )
    for stage, count in (("Verifying", 3), ("Storing", 1), ("Storing", 7), ("Storing", 14)):
        command = [sys.executable, "-c", code, str(here.folder), str(path), stage, str(count)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == -9, done.stderr
        assert not here.films
        assert not here.keys
        for blob in here.blobs.stored():
            here.blobs.read(blob.digest)
    for left in here.folder.glob(".import-*"):
        os.utime(left, (0, 0))
    imported(here, path)
    assert not list(here.folder.glob(".import-*"))
    build = from_json(Build, here.blobs.read(here.films[0].build))
    assert build.delivery == DELIVERY


def test_too_little_room_is_said_before_anything_is_stored(
    there: SmallStore, here: SmallStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = exported(there, folder / "film.onbeat")
    usage = shutil.disk_usage(folder)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(Unavailable, match="where 1000 are free"):
        imported(here, path)
    assert is_empty(here)
    assert not list(here.blobs.stored())


def test_a_missing_file_is_said(here: SmallStore, folder: Path) -> None:
    with pytest.raises(Exception, match="no such file"):
        imported(here, folder / "none.onbeat")
    with pytest.raises(MissingBlob):
        here.blobs.read(Digest.of_bytes(b"segment of one"))
