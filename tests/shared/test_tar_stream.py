"""Archives that any tar reads, and a reader that takes nothing but them."""

from __future__ import annotations

import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InvalidInput
from shared.tar_stream import pieces, read_members, tar_size, write_end, write_member

FILES = {"first.json": b"{}", "blobs/aa": b"", "blobs/bb": b"x" * 512, "blobs/cc": b"y" * 1000}


def _written(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    for name, data in files.items():
        write_member(target, name, len(data), io.BytesIO(data))
    write_end(target)
    return target.getvalue()


def _read(data: bytes) -> dict[str, bytes]:
    source = io.BytesIO(data)
    return {m.name: b"".join(pieces(source, m.size_bytes)) for m in read_members(source)}


def _foreign(**changes: object) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        info = tarfile.TarInfo("blobs/aa")
        for name, value in changes.items():
            setattr(info, name, value)
        archive.addfile(info, io.BytesIO(bytes(info.size)))
    return target.getvalue()


def test_it_is_a_tar_of_nothing_but_names_and_bytes() -> None:
    data = _written(FILES)
    assert len(data) == tar_size(len(content) for content in FILES.values())
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for info in archive:
            member = archive.extractfile(info)
            assert member is not None
            assert member.read() == FILES[info.name]
            assert (info.mtime, info.uid, info.gid, info.uname, info.mode) == (0, 0, 0, "", 0o444)
    assert _read(data) == FILES


@given(st.dictionaries(st.text("abc", min_size=1, max_size=5), st.binary(max_size=1500)))
def test_what_is_written_is_read(files: dict[str, bytes]) -> None:
    assert _read(_written(files)) == files


def test_files_beyond_eight_gigabytes_have_their_size() -> None:
    size = 9 << 30
    info = tarfile.TarInfo("big")
    info.size, info.mode = size, 0o444
    source = io.BytesIO(info.tobuf(tarfile.GNU_FORMAT))
    assert next(read_members(source)).size_bytes == size


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "/etc/passwd"},
        {"name": "../up"},
        {"name": "blobs/../../up"},
        {"name": "blobs/.hidden"},
        {"name": "a\nb"},
        {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
        {"type": tarfile.LNKTYPE, "linkname": "blobs/bb"},
        {"type": tarfile.DIRTYPE},
        {"type": tarfile.CHRTYPE},
        {"type": tarfile.FIFOTYPE},
        {"name": "n" * 300},  # which needs an extended header
        {"name": "é"},
    ],
)
def test_anything_else_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        _read(_foreign(**changes))


@pytest.mark.parametrize("end", [0, 1, 511, 512, 700, 1024, 2000, -1024, -512, -1])
def test_what_was_cut_short_is_refused(end: int) -> None:
    with pytest.raises(InvalidInput):
        _read(_written(FILES)[:end])


def test_something_after_the_end_is_refused() -> None:
    with pytest.raises(InvalidInput, match="after the end"):
        _read(_written(FILES) + b"x")
    with pytest.raises(InvalidInput, match="not a tar"):
        _read(b"PK\x03\x04" + bytes(2000))


def test_a_source_that_ends_early_is_said() -> None:
    with pytest.raises(InvalidInput, match="ended 3 bytes early"):
        write_member(io.BytesIO(), "x", 5, io.BytesIO(b"12"))
