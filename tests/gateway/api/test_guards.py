"""What is too large or too slow, before anything looks at it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services.gateway.api.guards import MAX_JSON_BYTES, Guards, is_ready
from services.gateway.api.services import Services


def scope(path: str = "/v1/films", headers: Any = ()) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": list(headers),
    }


async def reads_all(_: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"read"})


async def answered(app: Guards, asked: dict[str, Any], parts: list[Any]) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not parts:
            await asyncio.sleep(60)
        body = parts.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(parts) or body == b"slow"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(asked, receive, send)
    return sent


async def test_what_is_small_and_quick_goes_through() -> None:
    seen: list[Any] = []
    app = Guards(reads_all, observe=lambda *what: seen.append(what))
    sent = await answered(app, scope(), [b"a", b"b"])
    assert sent[0]["status"] == 200
    assert (b"x-content-type-options", b"nosniff") in sent[0]["headers"]
    assert [what[:3] for what in seen] == [("POST", "none", 200)]


@pytest.mark.parametrize("says", [True, False])
async def test_a_body_that_is_too_large_is_refused(says: bool) -> None:
    headers = [(b"content-length", str(MAX_JSON_BYTES + 1).encode())] if says else []
    parts = [bytes(MAX_JSON_BYTES), b"x"]
    sent = await answered(Guards(reads_all), scope(headers=headers), parts)
    assert sent[0]["status"] == 413
    assert len(parts) == (2 if says else 0)


async def test_a_request_that_stops_arriving_is_refused() -> None:
    sent = await answered(Guards(reads_all, idle_seconds=0.05), scope(), [b"slow"])
    assert sent[0]["status"] == 408


async def test_who_takes_no_answer_is_left() -> None:
    stuck = asyncio.Event()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(_: Any) -> None:
        await stuck.wait()

    await asyncio.wait_for(Guards(reads_all, idle_seconds=0.02)(scope(), receive, send), 30)


def test_a_database_that_answers_is_ready(services: Services) -> None:
    assert is_ready(services.database)


async def test_json_that_arrives_byte_by_byte_is_refused_and_an_upload_is_not() -> None:
    for path, status in (("/v1/films", 408), ("/v1/uploads/up_x", 200)):
        sent: list[dict[str, Any]] = []
        parts = 12

        async def receive() -> dict[str, Any]:
            nonlocal parts
            await asyncio.sleep(0.1)
            parts -= 1
            return {"type": "http.request", "body": b"x", "more_body": parts > 0}

        async def send(message: dict[str, Any], sent: list[dict[str, Any]] = sent) -> None:
            sent.append(message)

        asked = scope(path)
        # Each byte in time; all of them take three times as long as JSON may.
        await Guards(reads_all, idle_seconds=0.2 if "films" in path else 5)(asked, receive, send)
        assert sent[0]["status"] == status
