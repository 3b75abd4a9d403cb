"""Plain tar files, written and read as streams: regular files only, and nothing of whoever wrote.

Any `tar` can list and unpack them. Reading is strict, because such files come from strangers:
no links, folders, sparse files or extended headers, and no name that is more than letters, digits
and single separators. Nothing is ever unpacked to a path that the file names.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from shared.errors import InvalidInput

_CHUNK_BYTES = 1 << 20
_BLOCK = tarfile.BLOCKSIZE
_END = bytes(2 * _BLOCK)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9][A-Za-z0-9._-]{0,99})*")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive, at a byte offset in it."""

    name: str
    offset: int
    size_bytes: int


def tar_size(sizes: Iterator[int]) -> int:
    """How long an archive of files of these sizes is, in bytes."""
    return sum(_BLOCK + _padded(size) for size in sizes) + len(_END)


def write_member(target: BinaryIO, name: str, size_bytes: int, source: BinaryIO) -> None:
    """Append a file, copied in pieces; raises `InvalidInput` if the source is shorter."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size_bytes, 0o444
    target.write(info.tobuf(tarfile.GNU_FORMAT))
    for chunk in pieces(source, size_bytes):
        target.write(chunk)
    target.write(bytes(_padded(size_bytes) - size_bytes))


def write_end(target: BinaryIO) -> None:
    """Append the end of an archive."""
    target.write(_END)


def read_members(source: BinaryIO) -> Iterator[Member]:
    """The files of an archive one after the other; the stream stands at the bytes of each.

    Where it stands when the next one is asked for does not matter. Raises `InvalidInput` for
    anything but what `write_member` and `write_end` write.
    """
    position = source.tell()
    while True:
        source.seek(position)
        header = source.read(_BLOCK)
        if header == _END[:_BLOCK]:
            if source.read(_BLOCK) != header or source.read(1):
                raise InvalidInput("there is something after the end of the archive")
            return
        member = _member(header, position + _BLOCK)
        yield member
        position = member.offset + _padded(member.size_bytes)


def pieces(source: BinaryIO, size_bytes: int) -> Iterator[bytes]:
    """The next bytes of a stream, in pieces; raises `InvalidInput` if there are fewer."""
    rest = size_bytes
    while rest:
        chunk = source.read(min(rest, _CHUNK_BYTES))
        if not chunk:
            raise InvalidInput(f"it ended {rest} bytes early; it was cut short")
        yield chunk
        rest -= len(chunk)


def _member(header: bytes, offset: int) -> Member:
    if len(header) < _BLOCK:
        raise InvalidInput("it ends in the middle; it was cut short")
    try:
        info = tarfile.TarInfo.frombuf(header, "ascii", "strict")
    except (tarfile.HeaderError, ValueError, OverflowError) as error:
        raise InvalidInput("not a tar file") from error
    if info.type != tarfile.REGTYPE or not _NAME.fullmatch(info.name) or info.size < 0:
        raise InvalidInput(f"holds {info.name!r}, which is not one of an archive's files")
    return Member(info.name, offset, info.size)


def _padded(size_bytes: int) -> int:
    return -(-size_bytes // _BLOCK) * _BLOCK
