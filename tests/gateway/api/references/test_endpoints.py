"""References over HTTP: what is taken in, and what is refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import httpx
import pytest

from tests.e2e.sources import Sources
from tests.gateway.api.conftest import upload


def png_bomb(side: int) -> bytes:
    """A tiny PNG that says it has side x side pixels, and has them."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def archive() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("film.mp4", bytes(1 << 20))
    return data.getvalue()


def test_a_reference_is_probed_and_found_by_its_handle(
    client: httpx.Client, api_sources: Sources
) -> None:
    made = upload(client, api_sources.photos[1], "Wide")
    assert (made["kind"], made["info"]["width"]) == ("image", 900)
    assert client.get("/v1/references/@wide").json() == made
    content = client.get(f"/v1/references/{made['id']}/content", headers={"Range": "bytes=1-3"})
    assert (content.status_code, content.content) == (206, b"PNG")
    taken = client.post(
        "/v1/references?filename=x.png&handle=WIDE", content=api_sources.photos[1].read_bytes()
    )
    assert (taken.status_code, taken.json()["code"]) == (409, "handle_taken")
    assert client.delete(f"/v1/references/{made['id']}").status_code == 204
    assert client.get("/v1/references/@wide").status_code == 404


@pytest.mark.parametrize(
    ("filename", "data", "says"),
    [
        ("list.m3u8", b"#EXTM3U\n#EXTINF:5,\nfile:///etc/passwd\n", "list.m3u8"),
        ("list.txt", b"ffconcat version 1.0\nfile '/etc/passwd'\n", "list.txt"),
        ("song.mp3", archive(), "song.mp3"),
        ("bomb.png", png_bomb(20_000), "bomb.png"),
        ("empty.mp4", b"", "empty"),
        ("page.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "page.svg"),
    ],
)
def test_what_is_no_media_is_refused_by_name(
    client: httpx.Client, server: object, filename: str, data: bytes, says: str
) -> None:
    answer = client.post("/v1/references", params={"filename": filename}, content=data)
    assert answer.status_code == 422, answer.text
    assert says in answer.json()["detail"]
    assert "/uploads/" not in answer.text
    assert "/tmp" not in answer.text


@pytest.mark.parametrize(
    "filename",
    [
        *("../../etc/passwd", "/etc/x.mp4", "a\\b.mp4", "..", ".hidden.mp4", "a\x1fb.mp4"),
        *("gpj.\u202e4pm.exe", "\uff0fetc\uff0fx.mp4", "a\u200bb.mp4", "C:x.mp4", "x" * 201),
    ],
)
def test_a_path_in_a_filename_is_refused(client: httpx.Client, filename: str) -> None:
    answer = client.post("/v1/references", params={"filename": filename}, content=b"x")
    assert answer.status_code == 422, answer.text
    assert "ilename" in answer.json()["detail"]


@pytest.mark.parametrize("handle", ["c\u043effee", "1st", "a b", "@@x", "cafe\u0301", "x" * 65])
def test_a_handle_that_looks_like_another_is_refused(
    client: httpx.Client, api_sources: Sources, handle: str
) -> None:
    data = api_sources.photos[0].read_bytes()
    answer = client.post(
        "/v1/references", params={"filename": "x.jpg", "handle": handle}, content=data
    )
    assert answer.status_code == 422, answer.text
    assert "handle" in answer.text


def test_text_is_taken_for_scripts(client: httpx.Client) -> None:
    ask = {"filename": "talk.txt", "purpose": "text"}
    made = client.post("/v1/references", params=ask, content=b"Hello, world")
    assert made.json()["kind"] == "text"
    bad = client.post("/v1/references", params=ask, content=b"\xff\xfe\x00")
    assert bad.status_code == 422


def test_an_attestation_is_made_and_taken_back(client: httpx.Client, api_sources: Sources) -> None:
    reference = upload(client, api_sources.photos[0])
    body = {"signer": "Ada Moe", "signed_at": "2026-05-01T12:00:00+00:00"}
    path = f"/v1/references/{reference['id']}/attestations"
    made = client.post(path, json=body).json()
    assert made["revoked_at"] is None
    assert client.post(path, json={**body, "signed_at": "yesterday"}).status_code == 422
    assert client.delete(f"/v1/attestations/{made['id']}").status_code == 204
    listed = client.get("/v1/attestations").json()["items"]
    assert next(one for one in listed if one["id"] == made["id"])["revoked_at"] is not None


def test_a_form_without_a_file_is_refused(client: httpx.Client, tmp_path: Path) -> None:
    assert client.post("/v1/references", data={"handle": "x"}).status_code == 422
    other = client.post("/v1/references", files={"other": ("a.mp4", b"x")})
    assert other.status_code == 422
    broken = client.post(
        "/v1/references",
        content=b"--x\r\nnot a part",
        headers={"content-type": "multipart/form-data; boundary=y"},
    )
    assert broken.status_code == 400
