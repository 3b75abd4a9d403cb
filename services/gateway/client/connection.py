"""What one server is asked, and how it is asked again; `asynchronous_connection.py` is the same."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from services.gateway.client import conversations
from services.gateway.client.calls import (
    Call,
    Conversation,
    T,
    base_address,
    checked,
    headers_of,
    wait_after,
)
from services.gateway.client.refusals import error_of
from services.gateway.client.results import Event
from services.gateway.client.streams import MAX_SILENT, EventReader, ends_job
from services.gateway.client.uploads import Told, lost
from shared.errors import Unavailable

# The server says that it lives every 15 s.
_QUIET_SECONDS = 60.0


class Connection:
    """A server: what is said to it, its events, its files; a context manager.

    `server` is its address, `key` an API key (None for a server without keys). What fails is
    raised as `shared.errors` has it: `InvalidInput`, `NotFound`, `Conflict` (its `problem` has the
    `ways_on`), and `Unavailable` when all tries were in vain. `transport` is httpx's, for tests.
    """

    def __init__(
        self,
        server: str,
        key: str | None = None,
        *,
        timeout_seconds: float = 60.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.address = str(base_address(server)).rstrip("/")
        self._http = httpx.Client(
            base_url=self.address,
            headers=headers_of(key),
            timeout=timeout_seconds,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def events(
        self, *, job: str | None = None, film: str | None = None, after: int | None = None
    ) -> Iterator[Event]:
        """Events as they come: of a job from its first to its last, else without an end.

        `film` gives only its own; `after` goes on after a sequence number. Lost connections are
        made again, and nothing is missed. Raises `Unavailable` when they stay lost.
        """
        path = "/v1/events" if job is None else f"/v1/jobs/{job}/events"
        reader = EventReader(None if after is None else str(after))
        silent = 0
        while silent < MAX_SILENT:
            try:
                with self._stream(path, reader, film) as answer:
                    for line in answer.iter_lines():
                        event = reader.read(line)
                        if event is not None:
                            silent = 0
                            yield event
                            if job is not None and ends_job(event):
                                return
            except httpx.TransportError:
                pass
            reader.restart()
            silent += 1
            time.sleep(0.1 * 2**silent)
        raise Unavailable(f"{self.address}: the stream of events was lost")

    def download(
        self,
        film: str,
        filename: str,
        to: Path,
        *,
        revision: str = "head",
        told: Told | None = None,
    ) -> None:
        """Write a file of a revision; goes on where a connection was lost."""
        found = self._say(conversations.revision(film, revision))
        path = f"/v1/films/{film}/revisions/{found.id}/files/{filename}"
        self.save(path, to, told)

    def save(self, path: str, to: Path, told: Told | None = None) -> None:
        """Write what is at a path of the server; goes on where a connection was lost."""
        with to.open("wb") as file:
            for _ in range(MAX_SILENT):
                try:
                    self._copy(path, file, told)
                except httpx.TransportError:
                    time.sleep(0.5)
                else:
                    return
        raise Unavailable(f"{self.address}: {path} could not be read to its end")

    def _say(self, conversation: Conversation[T]) -> T:
        try:
            call = next(conversation)
            while True:
                try:
                    answer = self._answer(call)
                except Exception as error:
                    call = conversation.throw(error)
                else:
                    call = conversation.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result

    def _answer(self, call: Call) -> httpx.Response:
        tried = 0
        while True:
            tried += 1
            answer: httpx.Response | httpx.TransportError
            try:
                answer = self._http.request(
                    call.method,
                    call.path,
                    params=call.params,
                    json=call.json,
                    content=call.content,
                    headers=call.headers,
                )
            except httpx.TransportError as error:
                answer = error
            wait = wait_after(call, tried, answer)
            if wait is None:
                break
            time.sleep(wait)
        if isinstance(answer, httpx.TransportError):
            if 599 in call.accepts:
                return lost(answer)
            reason = str(answer) or type(answer).__name__
            raise Unavailable(f"{self.address}: {reason}") from answer
        return checked(call, answer)

    @contextmanager
    def _stream(self, path: str, reader: EventReader, film: str | None) -> Iterator[httpx.Response]:
        with self._http.stream(
            "GET",
            path,
            params={"film": film} if film else None,
            headers=reader.headers(),
            timeout=httpx.Timeout(10.0, read=_QUIET_SECONDS),
        ) as answer:
            if answer.status_code >= 400:
                answer.read()
                raise error_of(answer)
            yield answer

    def _copy(self, path: str, file: Any, told: Told | None) -> None:
        done = file.tell()
        headers = {"Range": f"bytes={done}-"} if done else {}
        with self._http.stream("GET", path, headers=headers) as answer:
            if answer.status_code == 416:
                return
            if answer.status_code >= 400:
                answer.read()
                raise error_of(answer)
            if answer.status_code != 206:
                done = 0
                file.seek(0)
                file.truncate()
            size = done + int(answer.headers.get("content-length", 0))
            for chunk in answer.iter_bytes():
                file.write(chunk)
                done += len(chunk)
                if told is not None:
                    told(done, size)
