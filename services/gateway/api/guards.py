"""What stands before every request: sizes, time, and characters that nothing of ours takes."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, MutableMapping
from typing import Any

from starlette.requests import ClientDisconnect

from services.gateway.api.problems import Problem
from services.gateway.api.references.uploads import MAX_UPLOAD_BYTES
from shared.database import Database

MAX_JSON_BYTES = 1 << 20
_FORM_BYTES = 1 << 20  # what a multipart form has around its file
_UPLOADS = ("/v1/references", "/v1/uploads", "/v1/videos")
_MOST_IDLES = 4  # of all the body of a request that is no upload
_MAX_PATH_BYTES, _MAX_QUERY_BYTES = 2_000, 8_000

Message = dict[str, Any]


class _TooSlow(Exception):
    """The other end neither sends nor takes anything."""


class Guards:
    """ASGI middleware: refuses what is too large or too slow before anything looks at it."""

    def __init__(
        self,
        app: Any,
        *,
        idle_seconds: float = 30.0,
        observe: Callable[[str, str, int, float], None] = lambda *_: None,
    ) -> None:
        self._app = app
        self._idle_seconds = idle_seconds
        self._observe = observe

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 500
        is_answered = False
        is_upload, received, is_whole = _is_upload(scope), 0, False
        most = MAX_UPLOAD_BYTES + _FORM_BYTES if is_upload else MAX_JSON_BYTES
        # A megabyte that comes byte by byte is never idle.
        deadline = math.inf if is_upload else began + _MOST_IDLES * self._idle_seconds

        async def limited() -> Message:
            nonlocal received, is_whole
            left = min(self._idle_seconds, deadline - time.monotonic())
            try:
                # What comes after the body is the end of the connection: streams wait for it.
                async with asyncio.timeout(None if is_whole or is_answered else left):
                    message: Message = await receive()
            except TimeoutError:
                raise Problem(408, "too_slow", "the request stopped arriving") from None
            is_whole = not message.get("more_body", False)
            received += len(message.get("body", b""))
            if received > most:
                raise _too_large(most)
            return message

        async def watched(message: MutableMapping[str, Any]) -> None:
            nonlocal status, is_answered
            if message["type"] == "http.response.start":
                status, is_answered = message["status"], True
                message["headers"] = [*message["headers"], (b"x-content-type-options", b"nosniff")]
            try:
                async with asyncio.timeout(2 * self._idle_seconds):
                    await send(message)
            except TimeoutError:
                raise _TooSlow from None

        try:
            _check_line(scope)
            _check_length(scope, most)
            await self._app(scope, limited, watched)
        except (_TooSlow, ClientDisconnect):
            return  # uvicorn closes the connection of an answer that is not whole
        except Problem as problem:
            if is_answered:
                raise
            problem.headers["connection"] = "close"
            await problem.response()(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            self._observe(scope["method"], route, status, time.monotonic() - began)


def _is_upload(scope: Any) -> bool:
    return bool(scope["path"].startswith(_UPLOADS) and scope["method"] in ("POST", "PATCH"))


def _check_line(scope: Any) -> None:
    if len(scope["raw_path"]) > _MAX_PATH_BYTES or len(scope["query_string"]) > _MAX_QUERY_BYTES:
        raise Problem(414, "too_long", "the address is too long")
    if "\0" in scope["path"] or b"%00" in scope["query_string"]:
        raise Problem(400, "bad_request", "the address has a NUL in it")


def _check_length(scope: Any, most: int) -> None:
    for name, value in scope["headers"]:
        if name == b"content-length" and (not value.isdigit() or int(value) > most):
            raise _too_large(most)


def _too_large(most: int) -> Problem:
    return Problem(413, "too_large", f"expected at most {most} bytes")


def is_ready(database: Database) -> bool:
    """Whether the database answers."""
    return bool(database.read("SELECT 1"))
