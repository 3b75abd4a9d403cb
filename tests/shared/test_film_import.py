"""Imports take a whole film or nothing, believe no lie, and change nothing that is here."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shared.archive import write_archive
from shared.build import Build
from shared.digest import Digest
from shared.errors import Conflict, InvalidInput, MissingBlob, Unavailable
from shared.executions import Executions
from shared.film_export import contents_of, export_film
from shared.film_import import FilmImport
from shared.schema import from_json, to_json
from shared.tar_stream import read_members, write_end, write_member
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


def _export(store: SmallStore, path: Path) -> Path:
    contents = contents_of(store.database, store.blobs, store.films[0])
    export_film(contents, store.blobs, path, lambda done, total: None)
    return path


def _import(store: SmallStore, path: Path, **options: Any) -> None:
    work = FilmImport(store.database, store.blobs, store.folder)
    work.run(path, lambda stage, done, total: None, **options)


def _is_empty(store: SmallStore) -> bool:
    return not store.films and not store.keys and not list(store.folder.glob(".import-*"))


def test_the_film_is_the_same_elsewhere(there: SmallStore, here: SmallStore, folder: Path) -> None:
    path = _export(there, folder / "film.onbeat")
    _import(here, path)
    assert here.films[0].record == there.films[0].record
    assert here.keys == there.keys
    for blob in there.blobs.stored():
        assert here.blobs.read(blob.digest) == there.blobs.read(blob.digest)
    for key in there.keys:
        one, other = (Executions(store.database).find(key) for store in (there, here))
        assert one is not None
        assert other is not None
        assert (one.result, one.request, one.backend) == (
            other.result,
            other.request,
            other.backend,
        )
    again = _export(here, folder / "again.onbeat")
    assert again.read_bytes() == path.read_bytes()
    assert not list(here.folder.glob(".import-*"))


def test_what_was_imported_stays_when_it_is_collected(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    _import(here, _export(there, folder / "film.onbeat"))
    before = {blob.digest for blob in here.blobs.stored()}
    here.age(90)
    here.collector.collect()
    assert {blob.digest for blob in here.blobs.stored()} == before


def test_a_second_import_changes_nothing(there: SmallStore, here: SmallStore, folder: Path) -> None:
    path = _export(there, folder / "film.onbeat")
    _import(here, path)
    films = here.films
    _import(here, path)
    assert here.films == films


def test_results_are_not_believed_when_asked(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    _import(here, _export(there, folder / "film.onbeat"), with_results=False)
    assert len(here.films) == 1
    assert not here.keys


def test_what_is_done_here_counts_and_what_failed_is_done_now(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    path = _export(there, folder / "film.onbeat")
    contents = contents_of(there.database, there.blobs, there.films[0])
    mine, failed = contents.results[:2]
    here.perform_text("x/y", "{}", b"unrelated")
    executions = Executions(here.database)
    for result in (mine, failed):
        attempt = executions.claim(
            result.key, backend=result.backend, request=result.request, owner="o", lease_seconds=9
        )
        assert attempt == 1
        if result is failed:
            executions.fail(result.key, attempt, InvalidInput("no"))
    _import(here, path)
    running, done = executions.find(mine.key), executions.find(failed.key)
    assert running is not None
    assert running.state == "running"
    assert done is not None
    assert done.result is not None
    assert (done.result.digest, done.attempt, done.error) == (failed.result, 2, None)


def test_another_build_of_the_same_timeline_is_a_conflict(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    path = _export(there, folder / "film.onbeat")
    theirs = there.films[0]
    mine = here.film(b"one", b"other", locked=(0,), reference=b"clip" * 2_000_000)
    assert here.film_of(mine).timeline == theirs.timeline
    assert here.film_of(mine).build != theirs.build
    films, keys = here.films, here.keys
    with pytest.raises(Conflict, match=f"--forget {films[0].name}"):
        _import(here, path)
    assert (here.films, here.keys) == (films, keys)


def test_a_damaged_copy_here_is_mended(there: SmallStore, here: SmallStore, folder: Path) -> None:
    path = _export(there, folder / "film.onbeat")
    digest = here.blobs.put(b"segment of one")
    file = here.folder / "blobs" / digest.sha256[:2] / digest.sha256
    file.chmod(0o644)
    file.write_bytes(b"segment of 0ne")
    _import(here, path)
    assert here.blobs.read(digest) == b"segment of one"


def _rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """An archive whose members were changed, with a table of contents that fits them."""
    with path.open("rb") as source:
        found = {}
        for member in read_members(source):
            source.seek(member.offset)
            found[member.name] = source.read(member.size_bytes)
    change(found)
    table = hashlib.sha256(found["onbeat-film.json"]).hexdigest()
    found["onbeat-film.sha256"] = f"{table}  onbeat-film.json\n".encode()
    target = io.BytesIO()
    for name, data in found.items():
        write_member(target, name, len(data), io.BytesIO(data))
    write_end(target)
    path.write_bytes(target.getvalue())


@pytest.mark.parametrize("victim", [1, 3, -2])
def test_a_poisoned_blob_leaves_nothing_behind(
    there: SmallStore, here: SmallStore, folder: Path, victim: int
) -> None:
    path = _export(there, folder / "film.onbeat")

    def poison(members: dict[str, bytes]) -> None:
        name = list(members)[victim]
        members[name] = members[name][:-1] + bytes([members[name][-1] ^ 1])

    _rewritten(path, poison)
    with pytest.raises(InvalidInput, match="is damaged: its bytes are not what it names"):
        _import(here, path)
    assert _is_empty(here)
    assert not list(here.blobs.stored())


def test_a_film_that_lacks_a_blob_is_refused(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    """Also where the table of contents agrees with it."""
    path = _export(there, folder / "film.onbeat")
    lost = Digest.of_bytes(b"segment of one")

    def lose(members: dict[str, bytes]) -> None:
        del members[f"blobs/{lost.sha256}"]
        contents = json.loads(members["onbeat-film.json"])
        contents["blobs"].remove(str(lost))
        contents["results"] = []
        members["onbeat-film.json"] = json.dumps(contents).encode()

    _rewritten(path, lose)
    with pytest.raises(InvalidInput, match=f"lacks blob {lost.short}"):
        _import(here, path)
    assert _is_empty(here)


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
            _import(here, folder / "film.onbeat")
    assert _is_empty(here)


def test_a_build_of_another_version_is_refused(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    film = there.films[0]
    text = there.blobs.read(film.build).replace(b'"Build/2"', b'"Build/3"')
    newer = there.blobs.put(text)
    assert newer != film.build
    there.database.write(("UPDATE builds SET build = :b", {"b": str(newer)}))
    path = _export(there, folder / "film.onbeat")
    with pytest.raises(InvalidInput, match="expected a document of type Build/2, found 'Build/3'"):
        _import(here, path)
    assert _is_empty(here)


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
        _import(here, path)
    assert _is_empty(here)


def test_a_file_that_changes_while_it_is_read_is_noticed(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    path = _export(there, folder / "film.onbeat")
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
    assert _is_empty(here)


def test_kill_9_at_any_moment_leaves_all_or_nothing(
    there: SmallStore, here: SmallStore, folder: Path
) -> None:
    path = _export(there, folder / "film.onbeat")
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
    _import(here, path)
    assert not list(here.folder.glob(".import-*"))
    build = from_json(Build, here.blobs.read(here.films[0].build))
    assert build.delivery == DELIVERY


def test_too_little_room_is_said_before_anything_is_stored(
    there: SmallStore, here: SmallStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _export(there, folder / "film.onbeat")
    usage = shutil.disk_usage(folder)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(Unavailable, match="where 1000 are free"):
        _import(here, path)
    assert _is_empty(here)
    assert not list(here.blobs.stored())


def test_a_missing_file_is_said(here: SmallStore, folder: Path) -> None:
    with pytest.raises(Exception, match="no such file"):
        _import(here, folder / "none.onbeat")
    with pytest.raises(MissingBlob):
        here.blobs.read(Digest.of_bytes(b"segment of one"))
