"""The whole application: its document, its problems, and whatever is sent to it."""

from __future__ import annotations

import httpx
import pytest

from tests.gateway.api.conftest import MadeFilm
from tests.gateway.api.fuzzing import fuzz


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
    for name in ("NewFilm", "NewEdit", "NewKey"):
        assert {"example", "examples"} & set(schemas[name]), name


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
def test_nothing_that_is_sent_is_an_error_of_ours(film: MadeFilm) -> None:
    done = fuzz(film, "fuzzed", 3)
    assert len(done.operations) > 40
    # It goes deep: most of what can be asked for is there, and was found.
    assert len(done.reached) > len(done.operations) / 2, done.operations - done.reached
