"""Parts of files."""

from __future__ import annotations

import pytest
from fastapi import Request

from services.gateway.api.problems import Problem
from services.gateway.api.ranges import file_response
from shared.blobs import MemoryBlobs

DATA = bytes(range(256)) * 4


async def ask(blobs: MemoryBlobs, **headers: str) -> tuple[int, bytes, str | None]:
    pairs = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    request = Request({"type": "http", "method": "GET", "headers": pairs})
    answer = await file_response(request, blobs, blobs.put(DATA), "x.mp4", "video/mp4")
    body = b""
    if hasattr(answer, "body_iterator"):
        body = b"".join([chunk async for chunk in answer.body_iterator])
    assert int(answer.headers.get("content-length", len(body))) == len(body)
    return answer.status_code, body, answer.headers.get("content-range")


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-", 10, 1024),
        ("bytes=1000-5000", 1000, 1024),
        ("bytes=-24", 1000, 1024),
        ("bytes=-5000", 0, 1024),
    ],
)
async def test_a_part_is_exactly_what_was_asked_for(
    memory_blobs: MemoryBlobs, asked: str, first: int, end: int
) -> None:
    found = await ask(memory_blobs, range=asked)
    assert found == (206, DATA[first:end], f"bytes {first}-{end - 1}/1024")


@pytest.mark.parametrize("asked", ["", "bytes=5-2", "lines=0-1", "bytes=0-1,5-6", "bytes=x-"])
async def test_what_is_no_single_range_gets_the_whole(
    memory_blobs: MemoryBlobs, asked: str
) -> None:
    assert await ask(memory_blobs, range=asked) == (200, DATA, None)


@pytest.mark.parametrize("asked", ["bytes=1024-", "bytes=-0", "bytes=9999-99999"])
async def test_a_range_beyond_the_end_is_refused(memory_blobs: MemoryBlobs, asked: str) -> None:
    with pytest.raises(Problem) as refused:
        await ask(memory_blobs, range=asked)
    assert refused.value.headers["Content-Range"] == "bytes */1024"


async def test_what_the_caller_has_is_not_sent_again(memory_blobs: MemoryBlobs) -> None:
    etag = f'"{memory_blobs.put(DATA).sha256}"'
    for known in (etag, f'"x", W/{etag}', "*"):
        assert (await ask(memory_blobs, if_none_match=known))[:2] == (304, b"")
    assert (await ask(memory_blobs, if_none_match='"x"'))[0] == 200
