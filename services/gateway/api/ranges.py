"""Files over HTTP: whole, or the part that `Range` asks for (RFC 9110)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from services.gateway.api.problems import Problem
from shared.blobs import BlobStore
from shared.digest import Digest

_CHUNK_BYTES = 1 << 18
_RANGE = re.compile(r"bytes=\s*(?:(\d{1,18})-(\d{1,18})?|-(\d{1,18}))\s*")


async def file_response(
    request: Request, blobs: BlobStore, digest: Digest, name: str, media_type: str
) -> Response:
    """The blob as a file; `ETag` is its digest, so that a part always belongs to the same whole.

    Raises `Problem` 416, and `MissingBlob` where it is gone.
    """
    headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(name)}"}
    if media_type == "text/html":
        # A page of ours, but with a film's words in it: it may run its script and nothing else.
        headers["Content-Security-Policy"] = "sandbox allow-scripts"

    async def read(first: int, last: int) -> AsyncIterator[bytes]:
        stream = await asyncio.to_thread(blobs.open, digest)

        async def chunks() -> AsyncIterator[bytes]:
            with stream:
                stream.seek(first)
                left = last - first + 1
                while left and (
                    chunk := await asyncio.to_thread(stream.read, min(left, _CHUNK_BYTES))
                ):
                    left -= len(chunk)
                    yield chunk

        return chunks()

    whole = Whole(digest.size_bytes, digest.sha256, media_type, headers)
    return await ranged_response(request, whole, read)


@dataclass(frozen=True, slots=True)
class Whole:
    """What may be sent in parts: `etag` stands for its bytes; `headers` are sent as well."""

    size_bytes: int
    etag: str
    media_type: str
    headers: Mapping[str, str]


async def ranged_response(
    request: Request,
    whole: Whole,
    read: Callable[[int, int], Awaitable[AsyncIterator[bytes] | Iterator[bytes]]],
) -> Response:
    """The whole, or its part from the first to the last byte (both counted) that `read` gives.

    `read` is not called where nothing is sent. Raises `Problem` 416, and what `read` raises.
    """
    etag = f'"{whole.etag}"'
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        **whole.headers,
    }
    if _matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    size = whole.size_bytes
    span = _span(request, size, etag)
    first, last = span or (0, size - 1)
    if span is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    headers["Content-Length"] = str(last - first + 1)
    status = 200 if span is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=whole.media_type)
    return StreamingResponse(await read(first, last), status, headers, whole.media_type)


def _span(request: Request, size: int, etag: str) -> tuple[int, int] | None:
    """First and last byte, None for the whole; several ranges may be answered with the whole."""
    condition = request.headers.get("if-range")
    match = _RANGE.fullmatch(request.headers.get("range", ""))
    if match is None or (condition is not None and condition != etag):
        return None
    if match[3] is not None:
        count = int(match[3])
        first, last = max(0, size - count), size - 1
        unsatisfiable = count == 0 or size == 0
    else:
        first = int(match[1])
        last = min(size - 1, int(match[2])) if match[2] is not None else size - 1
        if match[2] is not None and int(match[2]) < first:
            return None  # not a range at all
        unsatisfiable = first >= size
    if unsatisfiable:
        raise Problem(
            416,
            "bad_range",
            f"the file has {size} bytes",
            headers={"Content-Range": f"bytes */{size}"},
        )
    return first, last


def _matches(header: str | None, etag: str) -> bool:
    if header is None:
        return False
    return header.strip() == "*" or etag in {
        item.strip().removeprefix("W/") for item in header.split(",")
    }
