"""Uploads whose connection is lost."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from services.gateway.client import Client
from services.gateway.client.uploads import upload
from shared.errors import InvalidInput, NotFound
from tests.gateway.api.conftest import Server


class Cutting(httpx.HTTPTransport):
    """A real transport that loses every second part: before it is sent, or its answer."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = self.lost = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "PATCH":
            return super().handle_request(request)
        self.parts += 1
        if self.parts % 4 == 1:
            self.lost += 1
            raise httpx.ConnectError("cut before")
        answer = super().handle_request(request)
        if self.parts % 4 == 3:
            answer.read()
            self.lost += 1
            raise httpx.ReadError("cut after")
        return answer


def test_an_upload_goes_on_where_connections_were_lost(
    client_server: Server, tmp_path: Path
) -> None:
    script = tmp_path / "long.txt"
    script.write_text("".join(f"line {number}\n" for number in range(2000)))
    transport = Cutting()
    with Client(client_server.address, client_server.key, transport=transport) as client:
        made = client._say(upload(script, None, "text", None, part_bytes=4000))
        content = client._http.get(f"/v1/references/{made.id}/content").content
    assert transport.lost >= 3
    assert content == script.read_bytes()


def test_what_is_no_file_is_refused_before_anything_is_sent(
    client_server: Server, tmp_path: Path
) -> None:
    with Client(client_server.address, client_server.key) as client:
        with pytest.raises(NotFound):
            client.upload(tmp_path / "none.mp4")
        (tmp_path / "empty.mp4").touch()
        with pytest.raises(InvalidInput, match="empty"):
            client.upload(tmp_path / "empty.mp4")


def test_what_the_server_refuses_is_told(client_server: Server, tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"not a clip" * 100)
    client = Client(client_server.address, client_server.key)
    with client, pytest.raises(InvalidInput, match=r"clip\.mp4"):
        client.upload(tmp_path / "clip.mp4")
