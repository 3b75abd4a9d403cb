"""Files over HTTP: whole, or the part that `Range` asks for (RFC 9110)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
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
    etag = f'"{digest.sha256}"'
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f"inline; filename*=UTF-8''{quote(name)}",
    }
    if media_type == "text/html":
        # A page of ours, but with a film's words in it: it may run its script and nothing else.
        headers["Content-Security-Policy"] = "sandbox allow-scripts"
    if _matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    size = digest.size_bytes
    span = _span(request, size, etag)
    first, last = span or (0, size - 1)
    if span is not None:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    headers["Content-Length"] = str(last - first + 1)
    status = 200 if span is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=media_type)
    stream = await asyncio.to_thread(blobs.open, digest)

    async def chunks() -> AsyncIterator[bytes]:
        with stream:
            stream.seek(first)
            left = last - first + 1
            while left and (chunk := await asyncio.to_thread(stream.read, min(left, _CHUNK_BYTES))):
                left -= len(chunk)
                yield chunk

    return StreamingResponse(chunks(), status, headers, media_type)


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
