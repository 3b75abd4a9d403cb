"""A film with everything it needs in one file: a tar of its blobs, after a table of contents.

The first member is `onbeat-film.json`, a `FilmArchive`; then comes every blob as
`blobs/<sha256>`, in the order of the table, and last the SHA-256 of the table. Equal films give
equal bytes: nothing in it says when, where or by whom it was written.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, ClassVar

from shared.blobs import BlobStore
from shared.digest import Digest
from shared.errors import InvalidInput, NotFound, OnbeatError
from shared.schema import from_document, to_json
from shared.tar_stream import Member, pieces, read_members, tar_size, write_end, write_member

_CONTENTS = "onbeat-film.json"
_CHECK = "onbeat-film.sha256"
_MAX_CONTENTS_BYTES = 256 << 20
_MAX_BLOBS = 1_000_000
_KEY = re.compile(r"[0-9a-f]{64}")
_BACKEND = re.compile(r"[a-z][a-z0-9_]*/[\w./-]{1,100}")
# How many bytes of how many are done.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ArchivedResult:
    """One finished action: its key and request (JSON), what it left, and what that cost."""

    key: str
    backend: str
    request: str
    result: Digest
    outputs: tuple[Digest, ...]
    run_seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class FilmArchive:
    """The table of contents: the film's record, every blob, every result it was made with.

    `delivery` is canonical JSON; `blobs` and `results` are in increasing order.
    """

    VERSION: ClassVar[int] = 1

    timeline: Digest
    delivery: str
    build: Digest
    inspection: Digest
    blobs: tuple[Digest, ...]
    results: tuple[ArchivedResult, ...]

    @property
    def size_bytes(self) -> int:
        """Of all blobs together."""
        return sum(digest.size_bytes for digest in self.blobs)


@dataclass(frozen=True, slots=True)
class OpenArchive:
    """A verified archive: where each of its blobs is in the file."""

    contents: FilmArchive
    members: Mapping[Digest, Member]

    def read(self, source: BinaryIO, digest: Digest) -> bytes:
        """One blob; for small ones."""
        source.seek(self.members[digest].offset)
        return source.read(digest.size_bytes)


def write_archive(
    target: BinaryIO, contents: FilmArchive, blobs: BlobStore, progress: Progress
) -> None:
    """Write an archive, blob by blob in pieces; raises `MissingBlob`."""
    table = to_json(contents)
    write_member(target, _CONTENTS, len(table), BytesIO(table))
    done = 0
    for digest in contents.blobs:
        with blobs.open(digest) as source:
            write_member(target, f"blobs/{digest.sha256}", digest.size_bytes, source)
        done += digest.size_bytes
        progress(done, contents.size_bytes)
    check = _check_line(table)
    write_member(target, _CHECK, len(check), BytesIO(check))
    write_end(target)


def is_archive(path: Path) -> bool:
    """Whether a file begins like an archive."""
    try:
        with path.open("rb") as source:
            return next(read_members(source)).name == _CONTENTS
    except (OSError, InvalidInput, StopIteration):
        return False


def verify_archive(source: BinaryIO, path: Path, progress: Progress) -> OpenArchive:
    """Read an archive to its end and check every byte of it; nothing is written anywhere.

    Raises `InvalidInput`, naming the file, for what is no archive, one of a newer version, one
    that was cut short or changed.
    """
    try:
        return _verify(source, progress)
    except OnbeatError as error:
        raise error.about(str(path)) from error


def open_file(path: Path) -> BinaryIO:
    """A file to read an archive from; raises `NotFound` or `InvalidInput`."""
    try:
        if not path.exists():
            raise NotFound(f"{path}: no such file; expected a film archive")
        if not path.is_file():
            raise InvalidInput(f"{path}: is not a regular file; expected a film archive")
        return path.open("rb")
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read: {error.strerror}") from None


def _verify(source: BinaryIO, progress: Progress) -> OpenArchive:
    members = read_members(source)
    first = next(members, None)
    if first is None or first.name != _CONTENTS:
        raise InvalidInput("not a film archive of Onbeat (its first member is another one)")
    if first.size_bytes > _MAX_CONTENTS_BYTES:
        raise InvalidInput(f"a table of contents of {first.size_bytes} bytes; it is damaged")
    table = source.read(first.size_bytes)
    contents = _read_contents(table)
    check = _check_line(table)
    sizes = (len(table), *(digest.size_bytes for digest in contents.blobs), len(check))
    expected, found = tar_size(iter(sizes)), os.fstat(source.fileno()).st_size
    if found != expected:
        raise InvalidInput(
            f"{found} bytes long, expected {expected}; it was cut short or something was added"
        )
    places, done = {}, 0
    for digest in contents.blobs:
        member = next(members, None)
        if member is None or member.name != f"blobs/{digest.sha256}":
            held = member.name if member else "nothing"
            raise InvalidInput(f"expected blob {digest.short}, found {held}; it was changed")
        if member.size_bytes != digest.size_bytes or _digest_at(source, member) != digest:
            raise InvalidInput(f"blob {digest.short} is damaged: its bytes are not what it names")
        places[digest] = member
        done += digest.size_bytes
        progress(done, contents.size_bytes)
    last = next(members, None)
    if last is None or last.name != _CHECK or source.read(last.size_bytes) != check:
        raise InvalidInput("its table of contents is damaged: it is not what its SHA-256 says")
    if (extra := next(members, None)) is not None:
        raise InvalidInput(f"holds {extra.name}, which its table of contents does not")
    return OpenArchive(contents, places)


def _check_line(table: bytes) -> bytes:
    """As `sha256sum` writes it, and reads it where the archive was unpacked."""
    return f"{hashlib.sha256(table).hexdigest()}  {_CONTENTS}\n".encode()


def _digest_at(source: BinaryIO, member: Member) -> Digest:
    source.seek(member.offset)
    state = hashlib.sha256()
    for chunk in pieces(source, member.size_bytes):
        state.update(chunk)
    return Digest(state.hexdigest(), member.size_bytes)


def _read_contents(data: bytes) -> FilmArchive:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("its table of contents is no JSON; it is damaged") from error
    tag = str(document.get("type", "")) if isinstance(document, dict) else ""
    name, _, version = tag.partition("/")
    is_ours = name == FilmArchive.__name__ and version.isdecimal()
    if is_ours and int(version[:9]) > FilmArchive.VERSION:
        raise InvalidInput(
            f"was written by a newer Onbeat ({tag[:40]}); this one reads archives up to "
            f"version {FilmArchive.VERSION}"
        )
    contents = from_document(FilmArchive, document)
    _check_contents(contents)
    return contents


def _check_contents(contents: FilmArchive) -> None:
    names = [digest.sha256 for digest in contents.blobs]
    if len(names) > _MAX_BLOBS or sorted(set(names)) != names:
        raise InvalidInput("its table of contents is not in order; it was changed")
    blobs = set(contents.blobs)
    if not {contents.timeline, contents.build, contents.inspection} <= blobs:
        raise InvalidInput("the record of its film is not among its blobs; it was changed")
    keys = [result.key for result in contents.results]
    if sorted(set(keys)) != keys:
        raise InvalidInput("its results are not in order; it was changed")
    for result in contents.results:
        if not _KEY.fullmatch(result.key) or not _BACKEND.fullmatch(result.backend):
            raise InvalidInput(f"result {result.key[:12]!r} is none of Onbeat's; it was changed")
        if not {result.result, *result.outputs} <= blobs:
            raise InvalidInput(f"result {result.key[:12]} lacks its blobs; it was changed")
