"""References over HTTP: what is taken in, and what is refused."""

from __future__ import annotations

import gzip
import io
import struct
import time
import zipfile
import zlib
from pathlib import Path

import httpx
import pytest

from services.gateway.api.ids import new_id
from services.gateway.api.keys.service import Keys
from shared.database import open_database
from tests.e2e.sources import Sources
from tests.gateway.api.conftest import Server, upload


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


def archive(inner: bytes = bytes(1 << 20), times: int = 1) -> bytes:
    """A zip; with a zip of zeros in it many times over, it is a bomb."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(times):
            file.writestr(f"film{number}.mp4", inner)
    return data.getvalue()


HLS = b"#EXTM3U\n#EXTINF:5,\nfile:" + 3 * b"/" + b"etc/passwd\n#EXT-X-ENDLIST\n"
CONCAT = b"ffconcat version 1.0\nfile '/etc/passwd'\n" + b"file 'x.mp4'\n" * 10_000


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
        *((name, HLS, name) for name in ("list.m3u8", "list.mp4", "list.jpg", "list.wav")),
        *((name, CONCAT, name) for name in ("list.txt", "list.mp4", "list.mp3")),
        *((name, archive(), name) for name in ("song.mp3", "film.zip")),
        ("nested.mov", archive(archive(bytes(8 << 20)), 100), "nested.mov"),
        (
            "dash.mp4",
            b"<?xml version='1.0'?><MPD><BaseURL>http://127.0.0.1/</BaseURL></MPD>",
            "dash",
        ),
        ("said.png", b"\x1f\x8b" + zlib.compress(bytes(1 << 20)), "said.png"),
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


def test_ten_thousand_references_are_listed_and_no_more_are_taken(
    server: Server, stranger: httpx.Client, api_sources: Sources
) -> None:
    key = server.new_key("hoarder", "admin")
    database = open_database(server.store / "onbeat.sqlite3")
    tenant = Keys(database).tenant("hoarder")
    insert = (
        "INSERT INTO media_references (id, tenant, handle, filename, kind, size_bytes, blob, info, "
        "created_at) VALUES (:id, :tenant, :handle, 'x.jpg', 'image', 9, :blob, '{}', 1.0)"
    )
    blob = "0" * 64 + "/9"
    rows = [
        {"id": new_id("ref"), "tenant": tenant.id, "handle": f"h{number}", "blob": blob}
        for number in range(tenant.quotas.references)
    ]
    database.write(*((insert, row) for row in rows))
    database.dispose()
    with server.client(key) as client:
        more = client.post(
            "/v1/references?filename=x.jpg", content=api_sources.photos[0].read_bytes()
        )
        assert (more.status_code, more.json()["code"]) == (403, "quota_exceeded")
        page = client.get("/v1/references", params={"limit": 200}).json()
        found = {item["id"] for item in page["items"]}
        for _ in range(3):
            ask = {"limit": 200, "cursor": page["next_cursor"]}
            page = client.get("/v1/references", params=ask).json()
            found |= {item["id"] for item in page["items"]}
        assert found == {row["id"] for row in sorted(rows, key=lambda row: row["id"])[-800:]}
        assert client.get("/v1/references/@H9999").json()["id"] == rows[9999]["id"]
        # Nobody looks all of them up to say that they are too many.
        for brief in (
            {"references": [f"@h{number}" for number in range(10_000)]},
            {"references": ["@h1"], "title": {"font": [row["id"] for row in rows]}},
        ):
            began = time.monotonic()
            refused = client.post("/v1/films", json={"brief": brief})
            assert refused.status_code == 422, refused.text
            assert "expected at most 200" in refused.text or "more than" in refused.text
            assert time.monotonic() - began < 10
    assert stranger.get(f"/v1/references/{rows[0]['id']}").status_code == 404
    assert stranger.get("/v1/references/@h1").status_code == 404


def test_a_body_that_grows_when_it_is_unpacked_is_not_unpacked(client: httpx.Client) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    body = gzip.compress(b'{"brief": {"title": "' + bytes(8 << 20) + b'"}}')
    refused = client.post("/v1/films", content=body, headers=headers)
    assert 400 <= refused.status_code < 500, refused.text
