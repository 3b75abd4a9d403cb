"""Archives: equal films give equal bytes, and any change of them is noticed and named."""

from __future__ import annotations

import hashlib
import io
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from shared.archive import FilmArchive, is_archive, open_file, verify_archive, write_archive
from shared.digest import Digest
from shared.errors import InvalidInput, MissingBlob, NotFound, OnbeatError
from shared.film_export import contents_of
from shared.schema import to_json
from shared.tar_stream import read_members, write_end, write_member
from tests.shared.stored import SmallStore, small_store


@dataclass(frozen=True)
class Archived:
    """A small film as an archive."""

    store: SmallStore
    contents: FilmArchive
    data: bytes


@pytest.fixture(scope="module")
def archived() -> Iterator[Archived]:
    with small_store() as store:
        store.film(b"one", b"two" * 1000, locked=(0,))
        contents = contents_of(store.database, store.blobs, store.films[0])
        yield Archived(store, contents, _bytes_of(store, contents))


def _bytes_of(store: SmallStore, contents: FilmArchive) -> bytes:
    target = io.BytesIO()
    write_archive(target, contents, store.blobs, lambda done, total: None)
    return target.getvalue()


def _verify(path: Path) -> FilmArchive:
    with open_file(path) as source:
        return verify_archive(source, path, lambda done, total: None).contents


def _changed_contents(data: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The archive with another table of contents, and everything else as it was."""
    source, target = io.BytesIO(data), io.BytesIO()
    table = b""
    for place, member in enumerate(read_members(source)):
        source.seek(member.offset)
        content = source.read(member.size_bytes)
        if place == 0:
            document = json.loads(content)
            change(document)
            table = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
            content = table
        if member.name.endswith(".sha256"):
            content = f"{hashlib.sha256(table).hexdigest()}  onbeat-film.json\n".encode()
        write_member(target, member.name, len(content), io.BytesIO(content))
    write_end(target)
    return target.getvalue()


def test_what_was_written_is_read(archived: Archived, tmp_path: Path) -> None:
    path = tmp_path / "film.onbeat"
    path.write_bytes(archived.data)
    assert _verify(path) == archived.contents
    assert is_archive(path)
    assert _bytes_of(archived.store, archived.contents) == archived.data
    with open_file(path) as source:
        told: list[tuple[int, int]] = []
        found = verify_archive(source, path, lambda *far: told.append(far))
        for digest in archived.contents.blobs:
            assert found.read(source, digest) == archived.store.blobs.read(digest)
        assert told[-1] == (archived.contents.size_bytes,) * 2


def test_every_cut_is_noticed(archived: Archived, tmp_path: Path) -> None:
    path = tmp_path / "film.onbeat"
    for end in (*range(0, len(archived.data), 509), len(archived.data) - 1):
        path.write_bytes(archived.data[:end])
        with pytest.raises(InvalidInput, match=str(path)):
            _verify(path)


def test_every_flipped_bit_is_noticed_or_changes_nothing(
    archived: Archived, tmp_path: Path
) -> None:
    path = tmp_path / "film.onbeat"
    chance = random.Random(5)
    noticed = 0
    for _ in range(400):
        data = bytearray(archived.data)
        bit = chance.randrange(8 * len(data))
        data[bit // 8] ^= 1 << bit % 8
        path.write_bytes(data)
        try:
            assert _verify(path) == archived.contents  # padding, or a header's owner and time
        except OnbeatError:
            noticed += 1
    assert noticed > 100


def _swap(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda document: document.update({name: value})


ELSEWHERE = str(Digest.of_bytes(b"not in it"))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_swap("type", "FilmArchive/2"), r"newer Onbeat \(FilmArchive/2\).*up to version 1"),
        (_swap("type", "FilmArchive/" + "9" * 5000), "newer Onbeat"),
        (_swap("type", "Timeline/2"), "FilmArchive/1"),
        (_swap("type", 5), "FilmArchive/1"),
        (_swap("build", ELSEWHERE), "record of its film is not among its blobs"),
        (_swap("blobs", []), "record of its film"),
        (_swap("blobs", "x"), "cannot be read"),
        (_swap("extra", 1), "extra"),
        (lambda d: d["blobs"].reverse(), "not in order"),
        (lambda d: d["blobs"].append(d["blobs"][-1]), "not in order"),
        (lambda d: d["blobs"].pop(), "among its blobs|lacks its blobs|expected"),
        (lambda d: d["results"].reverse(), "results are not in order"),
        (lambda d: d["results"][0].update(key="k" * 64), "none of Onbeat's|not in order"),
        (lambda d: d["results"][0].update(backend="rm -rf"), "none of Onbeat's"),
        (lambda d: d["results"][0].update(outputs=[ELSEWHERE]), "lacks its blobs"),
        (lambda d: d["results"][0].update(result=ELSEWHERE), "lacks its blobs"),
    ],
)
def test_a_changed_table_of_contents_is_refused(
    archived: Archived, tmp_path: Path, change: Callable[[dict[str, Any]], None], why: str
) -> None:
    path = tmp_path / "film.onbeat"
    path.write_bytes(_changed_contents(archived.data, change))
    with pytest.raises(InvalidInput, match=why):
        _verify(path)


def test_a_size_that_is_not_the_blobs_is_refused(archived: Archived, tmp_path: Path) -> None:
    """As a bomb would have it: a small blob said to be a large one."""
    lying = replace(archived.contents.blobs[0], size_bytes=1 << 50)

    def lie(document: dict[str, Any]) -> None:
        document["blobs"][0] = str(lying)

    path = tmp_path / "film.onbeat"
    path.write_bytes(_changed_contents(archived.data, lie))
    with pytest.raises(InvalidInput, match=r"cut short|among its blobs|lacks its blobs"):
        _verify(path)


def test_other_files_are_no_archives(tmp_path: Path) -> None:
    path = tmp_path / "film.onbeat"
    with pytest.raises(NotFound, match="no such file"):
        open_file(path)
    with pytest.raises(InvalidInput, match="not a regular file"):
        open_file(tmp_path)
    for data in (b"", b"PK\x03\x04" * 500, bytes(10_240), b"x" * 5000):
        path.write_bytes(data)
        assert not is_archive(path)
        with pytest.raises(InvalidInput):
            _verify(path)
    other = io.BytesIO()
    write_member(other, "holiday.json", 2, io.BytesIO(b"{}"))
    write_end(other)
    path.write_bytes(other.getvalue())
    with pytest.raises(InvalidInput, match="not a film archive"):
        _verify(path)


def test_a_blob_that_is_gone_ends_the_writing(archived: Archived) -> None:
    gone = replace(
        archived.contents, blobs=(*archived.contents.blobs, Digest.of_bytes(b"not in it"))
    )
    with pytest.raises(MissingBlob):
        _bytes_of(archived.store, gone)
    assert to_json(archived.contents) in archived.data
