"""tus 1.0: uploads that go on where they were cut off."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.sources import Sources
from tests.gateway.api.conftest import wait_for

TUS = {"Tus-Resumable": "1.0.0"}
PATCH = {**TUS, "Content-Type": "application/offset+octet-stream"}


def metadata(**values: str) -> str:
    pairs = (f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in values.items())
    return ",".join(pairs)


def begin(client: httpx.Client, path: Path, **more: str) -> str:
    headers = {**TUS, "Upload-Length": str(path.stat().st_size)}
    headers["Upload-Metadata"] = metadata(filename=path.name, **more)
    answer = client.post("/v1/uploads", headers=headers)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def send(client: httpx.Client, where: str, offset: int, data: bytes, **more: str) -> httpx.Response:
    headers = {**PATCH, "Upload-Offset": str(offset), **more}
    return client.patch(where, content=data, headers=headers)


def test_an_upload_goes_on_at_any_byte(client: httpx.Client, api_sources: Sources) -> None:
    path = api_sources.clips[1]
    data = path.read_bytes()
    where = begin(client, path, handle="resumed")
    at = 0
    for end in (1, 1000, 1001, len(data) // 2, len(data)):
        head = client.head(where, headers=TUS)
        assert int(head.headers["upload-offset"]) == at
        answer = send(client, where, at, data[at:end])
        assert answer.status_code == 204, answer.text
        at = end
    reference = answer.headers["onbeat-reference"]
    made = client.get("/v1/references/@resumed").json()
    assert (made["id"], made["size_bytes"]) == (reference, len(data))
    assert client.get(f"/v1/references/{reference}/content").content == data
    assert client.get(where).json()["reference"] == reference
    assert send(client, where, at, b"x").status_code == 409
    assert client.delete(f"/v1/references/{reference}").status_code == 204


def test_a_connection_that_is_lost_keeps_what_came(
    client: httpx.Client, api_sources: Sources
) -> None:
    path = api_sources.clips[0]
    data = path.read_bytes()
    where = begin(client, path)

    def broken() -> Iterator[bytes]:
        yield data[:5000]
        raise ConnectionError

    with pytest.raises(ConnectionError):
        client.patch(where, content=broken(), headers={**PATCH, "Upload-Offset": "0"})

    def goes_on() -> bool:
        # Locked until the server has noticed; how much came before that is the network's affair.
        offset = int(client.head(where, headers=TUS).headers["upload-offset"])
        assert 0 <= offset <= 5000
        return send(client, where, offset, data[offset:]).status_code == 204

    wrong = send(client, where, 5001, data[5001:])
    assert wrong.status_code in (409, 423)
    wait_for(goes_on)
    reference = client.get(where).json()["reference"]
    assert client.get(f"/v1/references/{reference}/content").content == data


def test_a_checksum_takes_all_bytes_or_none(client: httpx.Client, api_sources: Sources) -> None:
    path = api_sources.photos[0]
    data = path.read_bytes()
    where = begin(client, path)
    good = "sha256 " + base64.b64encode(hashlib.sha256(data[:100]).digest()).decode()
    bad = send(client, where, 0, data[1:101], **{"Upload-Checksum": good})
    assert bad.status_code == 460
    assert client.head(where, headers=TUS).headers["upload-offset"] == "0"
    assert send(client, where, 0, data[:100], **{"Upload-Checksum": good}).status_code == 204
    assert client.delete(where, headers=TUS).status_code == 204
    assert client.head(where, headers=TUS).status_code == 404


def test_what_is_no_media_is_refused_at_the_end(client: httpx.Client, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"not a film" * 10)
    where = begin(client, path)
    answer = send(client, where, 0, path.read_bytes())
    assert answer.status_code == 422
    assert "film.mp4" in client.get(where).json()["refused"]


def test_ten_gigabytes_and_bad_words_are_refused_before_a_byte_is_sent(
    client: httpx.Client, stranger: httpx.Client, api_sources: Sources
) -> None:
    options = client.options("/v1/uploads")
    assert options.headers["tus-version"] == "1.0.0"
    name = metadata(filename="big.mp4")
    headers = {**TUS, "Upload-Length": str(10 << 30), "Upload-Metadata": name}
    assert client.post("/v1/uploads", headers=headers).status_code == 413
    assert client.post("/v1/uploads", headers={**headers, "Upload-Length": "-1"}).status_code == 422
    path = metadata(filename="../x.mp4")
    bad = client.post(
        "/v1/uploads", headers={**headers, "Upload-Length": "5", "Upload-Metadata": path}
    )
    assert bad.status_code == 422
    assert client.post("/v1/uploads", headers={"Upload-Length": "5"}).status_code == 412
    where = begin(client, api_sources.song)
    assert stranger.head(where, headers=TUS).status_code == 404
    assert stranger.delete(where, headers=TUS).status_code == 404
    more = send(client, where, 0, bytes(api_sources.song.stat().st_size + 1))
    assert more.status_code == 413
