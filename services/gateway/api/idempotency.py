"""Requests that may be sent again: `Idempotency-Key`, with a fingerprint of what was sent.

The first answer is kept and given again. A request that was cut off, by us or by the network, is
done again with the same ids (see `ids.seeded`), so that what it had made already is found.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import re
import time
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from services.gateway.api.access import Access, services_of
from services.gateway.api.ids import seeded
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import Problem
from shared.database import NOW, Database

_KEY = re.compile(r"[\x21-\x7e]{1,255}")
# Longer than any request of those that take a key lasts.
_STALE_SECONDS = 60.0
_KEPT_SECONDS = 24 * 3600
_KEPT_HEADERS = ("content-type", "location")

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class ApiRoute(APIRoute):
    """A route that reads JSON strictly and honours `Idempotency-Key` where something is made."""

    def get_route_handler(self) -> Handler:
        """What answers a request."""
        answer = super().get_route_handler()

        async def handler(request: Request) -> Response:
            if request.headers.get("content-type", "").startswith("application/json"):
                _check_text(await request.body())
            key = request.headers.get("idempotency-key")
            if key is None or request.method != "POST" or not _is_json(request):
                return await answer(request)
            if not _KEY.fullmatch(key):
                raise Problem(400, "bad_idempotency_key", "expected 1 to 255 visible ASCII letters")
            access: Access = request.app.state.access
            principal = await access.principal(request)
            record = _Record(services_of(request).database, principal.tenant, key)
            return await _once(request, answer, record)

        return handler


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "application/json")
    return kind.startswith("application/json")


class _Record:
    def __init__(self, database: Database, tenant: Tenant, key: str) -> None:
        self._database, self._tenant = database, tenant
        self._names = {"tenant": tenant.id, "name": key}

    def begin(self, fingerprint: str) -> tuple[float, Response | None]:
        """When the first try was, and its answer if there is one; raises `Problem`."""
        with self._database.writing() as connection:
            connection.execute(
                f"DELETE FROM idempotency_records WHERE created_at < {NOW} - {_KEPT_SECONDS}"
            )
            connection.execute(
                "INSERT INTO idempotency_records (tenant, name, fingerprint, created_at) "
                f"VALUES (:tenant, :name, :fingerprint, {NOW}) ON CONFLICT DO NOTHING",
                {**self._names, "fingerprint": fingerprint},
            )
            row = connection.execute(
                "SELECT fingerprint, status, headers, body, created_at FROM idempotency_records "
                "WHERE tenant = :tenant AND name = :name",
                self._names,
            ).fetchone()
        if row["fingerprint"] != fingerprint:
            raise Problem(
                422, "idempotency_key_reused", "this key was used for another request; take a new"
            )
        if row["status"] is None:
            return row["created_at"], None
        headers = {**json.loads(row["headers"]), "Idempotent-Replayed": "true"}
        return row["created_at"], Response(row["body"], row["status"], headers)

    def end(self, response: Response) -> None:
        """Keep an answer; one that was our fault is not kept."""
        if response.status_code >= 500:
            self.forget()
            return
        headers = {n: v for n, v in response.headers.items() if n.lower() in _KEPT_HEADERS}
        self._database.write(
            (
                "UPDATE idempotency_records SET status = :status, headers = :headers, body = :body "
                "WHERE tenant = :tenant AND name = :name",
                {
                    **self._names,
                    "status": response.status_code,
                    "headers": json.dumps(headers),
                    "body": bytes(response.body).decode(),
                },
            )
        )

    def forget(self) -> None:
        """Let the key be used again: nothing was made."""
        self._database.write(
            ("DELETE FROM idempotency_records WHERE tenant = :tenant AND name = :name", self._names)
        )

    def seed(self, fingerprint: str) -> bytes:
        """What ids of this request follow from."""
        text = f"{self._names['name']}:{fingerprint}".encode()
        return hashlib.blake2b(text, key=bytes.fromhex(self._tenant.secret)).digest()


_busy: set[tuple[str, str]] = set()


async def _once(request: Request, answer: Handler, record: _Record) -> Response:
    body = await request.body()
    line = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    fingerprint = hashlib.sha256(line + body).hexdigest()
    began, kept = await asyncio.to_thread(record.begin, fingerprint)
    if kept is not None:
        return kept
    name = (record._names["tenant"], record._names["name"])
    if name in _busy and began > time.time() - _STALE_SECONDS:
        raise Problem(
            409, "in_progress", "the first request is being done", headers={"Retry-After": "1"}
        )
    _busy.add(name)
    try:
        with seeded(record.seed(fingerprint), began):
            response = await answer(request)
    except Exception:
        # Refusals are not kept: the same request may be right in a moment, and made nothing.
        with contextlib.suppress(Exception):
            await asyncio.to_thread(record.forget)
        raise
    finally:
        _busy.discard(name)
    await asyncio.to_thread(record.end, response)
    return response


def _check_text(body: bytes) -> None:
    """Refuse JSON that some part of us could not read or write again."""
    if not body:
        return
    try:
        document = json.loads(body, parse_constant=_no_constant)
        text = json.dumps(document, ensure_ascii=False)
        text.encode()
    except RecursionError:
        raise Problem(400, "bad_json", "the JSON is nested too deeply") from None
    except ValueError as error:
        raise Problem(400, "bad_json", f"not JSON in UTF-8: {str(error)[:100]}") from None
    if "\\u0000" in text:
        raise Problem(400, "bad_json", "the JSON has a NUL in it")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
