"""Who may ask, and how often."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from services.gateway.api.access import Buckets
from services.gateway.api.app import Options, create_app
from services.gateway.api.keys.service import Scope
from services.gateway.api.services import Services
from tests.gateway.api.conftest import Server, serving


@pytest.mark.parametrize(
    "header", ["", "Bearer x", "Basic abc", "Bearer", "Bearer " + "x" * 500, "Bearer \u00e9"]
)
def test_a_wrong_key_is_refused(server: Server, header: str) -> None:
    headers = [(b"authorization", header.encode("latin-1"))] if header else []
    answer = httpx.get(f"{server.address}/v1/films", headers=headers, trust_env=False)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_scopes_are_kept(server: Server) -> None:
    with server.client(server.new_key("scoped", "read")) as reader:
        assert reader.get("/v1/films").status_code == 200
        refused = reader.post("/v1/films", json={"brief": {}})
        assert (refused.status_code, refused.json()["scope"]) == (403, "write")
        assert reader.get("/v1/keys").status_code == 403
    with server.client(server.new_key("scoped", "write")) as writer:
        assert writer.get("/v1/keys").json()["scope"] == "admin"


def test_a_bucket_is_filled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    buckets = Buckets(rate_hz=2.0, burst=3)
    assert [buckets.take("a") for _ in range(3)] == [0.0] * 3
    assert buckets.take("a") == pytest.approx(0.5)
    assert buckets.take("b") == 0.0
    now += 0.5
    assert buckets.take("a") == 0.0
    assert buckets.take("a") > 0


def test_without_keys_only_this_machine_is_answered(tmp_path: Path) -> None:
    with serving(tmp_path / "open", "--no-auth", "--films", "1") as server:
        assert server.key == ""
        address = f"{server.address}/v1/films"
        assert httpx.get(address, trust_env=False).status_code == 200
        for headers in ({"host": "evil.example"}, {"origin": "https://evil.example"}):
            refused = httpx.post(address, headers=headers, json={}, trust_env=False)
            assert refused.status_code == 403


async def test_who_asks_too_often_is_told_when_to_come_again(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    _, key = services.keys.create(tenant, "test", Scope.READ)
    _, other = services.keys.create(tenant, "other", Scope.READ)
    app = create_app(services, Options(rate_hz=0.01, burst=3))
    over = httpx.ASGITransport(app, client=("192.0.2.1", 1))
    async with httpx.AsyncClient(transport=over, base_url="http://onbeat") as client:
        for number in range(5):
            headers = {"Authorization": f"Bearer {key}"}
            answer = await client.get("/v1/films", headers=headers)
            assert answer.status_code == (200 if number < 3 else 429)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "rate_limited"
        assert 90 <= int(answer.headers["retry-after"]) <= 100
        others = await client.get("/v1/films", headers={"Authorization": f"Bearer {other}"})
        assert others.status_code == 200, "each key has its own"


async def test_who_guesses_keys_is_stopped(services: Services) -> None:
    _, key = services.keys.create(services.keys.tenant(create=True), "test", Scope.READ)
    app = create_app(services, Options())
    over = httpx.ASGITransport(app, client=("192.0.2.1", 1))
    async with httpx.AsyncClient(transport=over, base_url="http://onbeat") as client:
        seen: list[int] = []
        while 429 not in seen:
            headers = {"Authorization": f"Bearer guess{len(seen)}"}
            seen.append((await client.get("/v1/films", headers=headers)).status_code)
            assert len(seen) < 200
        assert set(seen) == {401, 429}
        right = await client.get("/v1/films", headers={"Authorization": f"Bearer {key}"})
        assert right.status_code == 200
