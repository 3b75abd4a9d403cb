"""Requests as values, and conversations of several as generators: the same for both clients.

A conversation yields a `Call` and gets its answer; what it returns is its result. `Client` and
`AsyncClient` differ only in how they send.
"""

from __future__ import annotations

import secrets
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from services.gateway.client.refusals import error_of
from shared.errors import InvalidInput

T = TypeVar("T")
Conversation = Generator["Call", httpx.Response, T]
TRIES = 5
_FIRST_WAIT_SECONDS, _MAX_WAIT_SECONDS = 0.2, 10.0
_AGAIN = (408, 423, 425, 429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `is_safe` says that it may be sent again without making anything twice.

    `accepts` are statuses of 400 and more that the conversation wants to see itself.
    """

    method: str
    path: str
    params: Mapping[str, Any] | None = None
    json: Any = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    is_safe: bool = True
    accepts: tuple[int, ...] = ()


def get(path: str, **params: Any) -> Call:
    """A GET; parameters that are None are left out."""
    return Call("GET", path, {name: v for name, v in params.items() if v is not None})


def post(path: str, body: Any, key: str | None = None) -> Call:
    """A POST of JSON that may be sent again: with an idempotency key, a new one unless given."""
    return Call("POST", path, json=body, headers={"Idempotency-Key": key or secrets.token_hex(16)})


def wait_after(
    call: Call, tried: int, answer: httpx.Response | httpx.TransportError
) -> float | None:
    """In how many seconds a call is sent again after an answer; None if it is not."""
    if tried >= TRIES or not call.is_safe:
        return None
    wait = min(_MAX_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2.0 ** (tried - 1))
    if isinstance(answer, httpx.TransportError):
        return wait
    is_pending = answer.status_code == 409 and '"in_progress"' in answer.text
    if answer.status_code in call.accepts or not (answer.status_code in _AGAIN or is_pending):
        return None
    try:
        told = float(answer.headers.get("retry-after", ""))
    except ValueError:
        return wait
    return min(_MAX_WAIT_SECONDS, max(0.0, told))


def checked(call: Call, answer: httpx.Response) -> httpx.Response:
    """The answer, or its error raised."""
    if answer.status_code >= 400 and answer.status_code not in call.accepts:
        raise error_of(answer)
    return answer


def base_address(server: str) -> httpx.URL:
    """The address of a server such as "http://localhost:8720"; raises `InvalidInput`."""
    try:
        url = httpx.URL(server)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise InvalidInput(
            f"server {server[:100]!r}: expected an address, http://... or https://..."
        )
    return url


def headers_of(key: str | None) -> dict[str, str]:
    """What every request has; `key` None for a server without keys."""
    return {"Authorization": f"Bearer {key}"} if key else {}
