"""Streams and downloads whose connection is lost, over a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.gateway.client import Client
from shared.errors import Unavailable
from tests.gateway.api.conftest import Server
from tests.gateway.client.conftest import Made


class _Short(httpx.SyncByteStream):
    """A body that is cut off after some bytes."""

    def __init__(self, body: httpx.SyncByteStream, most: int) -> None:
        self._body, self._most = body, most

    def __iter__(self) -> Iterator[bytes]:
        left = self._most
        for chunk in self._body:
            yield chunk[:left]
            left -= len(chunk)
            if left <= 0:
                raise httpx.ReadError("cut")

    def close(self) -> None:
        self._body.close()


class Cutting(httpx.HTTPTransport):
    """A real transport that cuts the first answers to some path."""

    def __init__(self, path: str, most: int, times: int) -> None:
        super().__init__()
        self._path, self._most, self._left = path, most, times
        self.seen: list[httpx.Headers] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        if self._path in request.url.path:
            self.seen.append(request.headers)
            if self._left:
                self._left -= 1
                assert isinstance(answer.stream, httpx.SyncByteStream)
                answer.stream = _Short(answer.stream, self._most)
        return answer


def test_events_go_on_after_the_last_one_seen(client_server: Server, made: Made) -> None:
    transport = Cutting("/events", 700, 2)
    with Client(client_server.address, client_server.key, transport=transport) as client:
        types = [event.type for event in client.events(job=made.film.job)]
    assert types == list(made.events)
    assert len(transport.seen) == 3
    assert int(transport.seen[1]["last-event-id"]) > 0


def test_a_download_goes_on_where_it_was_cut(
    client_server: Server, made: Made, client: Client, tmp_path: Path
) -> None:
    transport = Cutting("/files/film.mp4", 3000, 2)
    told: list[tuple[int, int]] = []
    with Client(client_server.address, client_server.key, transport=transport) as cut:
        cut.download(
            made.film.id, "film.mp4", tmp_path / "a.mp4", told=lambda *so_far: told.append(so_far)
        )
    client.download(made.film.id, "film.mp4", tmp_path / "b.mp4")
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    assert transport.seen[1]["range"] == "bytes=3000-"
    assert told[-1][0] == told[-1][1]


def test_what_is_cut_for_ever_is_unavailable(
    client_server: Server, made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.client.connection.time.sleep", lambda _: None)
    transport = Cutting("/files/film.mp4", 0, 99)
    cut = Client(client_server.address, client_server.key, transport=transport)
    with cut, pytest.raises(Unavailable, match=r"film\.mp4"):
        cut.download(made.film.id, "film.mp4", tmp_path / "a.mp4")
