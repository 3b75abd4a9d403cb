"""The whole application: its document, its problems, whatever is sent to it, and kill -9."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.core.result import Ok

from tests.e2e.sources import Sources
from tests.gateway.api.conftest import BRIEF, MadeFilm, finished, serving, upload


def test_every_operation_is_described_and_has_examples(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    operations = [
        (f"{method} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    assert len(operations) > 40
    assert not [name for name, operation in operations if not operation.get("description")]
    assert not [name for name, operation in operations if "4XX" not in operation["responses"]]
    schemas = document["components"]["schemas"]
    assert [name for name in ("NewFilm", "NewEdit", "NewKey") if "example" in schemas[name]] == [
        "NewFilm",
        "NewEdit",
        "NewKey",
    ]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/v1/films", b"{" * 100_000, 400),
        ("POST", "/v1/films", b'{"brief": ' + b"[" * 90_000 + b"]" * 90_000 + b"}", 400),
        ("POST", "/v1/films", b'{"name": "' + b"x" * (1 << 20) + b'"}', 413),
        ("POST", "/v1/films", b'{"name": "\\ud800", "brief": {}}', 400),
        ("POST", "/v1/films", b'{"name": "a\\u0000b", "brief": {}}', 400),
        ("POST", "/v1/films", b'{"name": NaN, "brief": {}}', 400),
        ("POST", "/v1/films", b'{"brief": {"seed": ' + b"9" * 5000 + b"}}", 400),
        ("POST", "/v1/films", b"\xff\xfe", 400),
        ("POST", "/v1/films", b"[]", 422),
        ("GET", "/v1/films/%00", b"", 400),
        ("GET", "/v1/films?cursor=%00", b"", 400),
        ("GET", "/v1/films/" + "x" * 3000, b"", 414),
        ("GET", "/v1/films?limit=100000", b"", 422),
        ("PUT", "/v1/films", b"", 405),
        ("GET", "/v1/nothing", b"", 404),
    ],
)
def test_bad_requests_are_problems(
    client: httpx.Client, method: str, path: str, body: bytes, status: int
) -> None:
    headers = {"content-type": "application/json"}
    answer = client.request(method, path, content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["type"] == f"urn:onbeat:problem:{problem['code']}"


@pytest.mark.timeout(600)
def test_nothing_that_is_sent_is_an_error_of_ours(film: MadeFilm, server: Any) -> None:
    schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
    schema = schemathesis.openapi.from_url(f"{server.address}/openapi.json")
    finite = schema.exclude(path_regex="events$")  # the stream of them has no end
    key = server.new_key("fuzzed", "admin")
    headers = {"Authorization": f"Bearer {key}"}
    seen: set[str] = set()
    for found in finite.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        seen.add(f"{operation.method} {operation.path}")

        @settings(
            max_examples=2,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def send(case: Case[Any]) -> None:
            answer = case.call(headers=headers)
            assert answer.status_code < 500, f"{case.method} {case.path}: {answer.text}"

        send()
    assert len(seen) > 40


@pytest.mark.timeout(600)
def test_killed_at_any_moment_nothing_acknowledged_is_lost(
    tmp_path: Path, api_sources: Sources, film: MadeFilm
) -> None:
    with film.server.client() as calm:
        etag = calm.head(f"{film.path}/revisions/1/files/film.mp4").headers["etag"]
    store = tmp_path / "store"
    made: dict[str, Any] = {}
    key = ""
    for seconds in (0.0, 1.5, 3.0):
        with serving(store, "--films", "1") as server:
            key = key or server.key
            with server.client(key) as client:
                if not made:
                    files = (api_sources.song, api_sources.clips[0], api_sources.photos[0])
                    handles = ("track", "left", "tall")
                    for path, handle in zip(files, handles, strict=True):
                        upload(client, path, handle)
                    asked = {"Idempotency-Key": "killed"}
                    answer = client.post("/v1/films", json={"brief": BRIEF}, headers=asked)
                    made = answer.json()
                time.sleep(seconds)
            kill(server.process)
    with serving(store, "--films", "1") as server, server.client(key) as client:
        again = client.post(
            "/v1/films", json={"brief": BRIEF}, headers={"Idempotency-Key": "killed"}
        )
        assert again.json()["job"] == made["job"]
        assert again.headers["idempotent-replayed"] == "true"
        job = finished(client, made["job"])
        assert job["state"] == "succeeded", job
        revisions = f"/v1/films/{made['film']['id']}/revisions"
        assert len(client.get(revisions).json()["items"]) == 1
        assert client.head(f"{revisions}/1/files/film.mp4").headers["etag"] == etag


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
