"""Requests that come twice, because a client's network failed and its SDK tried again.

OpenAI's clients send no idempotency key. Their retries say so (`x-stainless-retry-count`), and
have the fields of the first try, though another multipart boundary. So a request is known again
by the key that sent it, its path, and a fingerprint of its fields and files.

| request | what happens |
|---|---|
| `x-stainless-retry-count: 0` | it is new, even if its fields are not |
| a higher count, or `Idempotency-Key` | what the same request made within 10 minutes (a day) |
| neither header | what the same request made within 30 seconds |
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from services.gateway.api.ids import seeded
from services.gateway.api.keys.service import Principal
from services.gateway.api.problems import Problem
from shared.database import NOW, Database

RETRY_SECONDS, UNTOLD_SECONDS, KEYED_SECONDS = 600, 30, 24 * 3600
_CHUNK_BYTES = 1 << 20
_MAX_KEY_CHARS = 255
_locks: dict[str, tuple[asyncio.Lock, int]] = {}


async def once(
    request: Request,
    database: Database,
    who: Principal,
    body: Mapping[str, Any],
    make: Callable[[], Awaitable[str]],
) -> str:
    """The id that `make` gives, or gave when the same request was here before.

    A try that was cut off is made again with the same ids, so that nothing is made twice.
    """
    fingerprint = await _fingerprint(request, who, body)
    key = request.headers.get("idempotency-key")
    count = request.headers.get("x-stainless-retry-count", "")
    if key is not None:
        if not 0 < len(key) <= _MAX_KEY_CHARS:
            raise Problem(400, "bad_idempotency_key", f"expected 1 to {_MAX_KEY_CHARS} letters")
        name = f"videos key {_hashed(who.key, key)}"
        window = KEYED_SECONDS
    else:
        name = f"videos {fingerprint}"
        window = RETRY_SECONDS if count not in ("", "0") else 0 if count == "0" else UNTOLD_SECONDS
    record = _Record(database, who.tenant.id, name)
    # Whoever comes while the first try is at work waits for what it makes.
    async with _alone(f"{who.tenant.id} {name}"):
        began, made, before = await asyncio.to_thread(record.begin, fingerprint, window)
        if before != fingerprint:
            raise Problem(422, "idempotency_key_reused", "this key was used for another request")
        if made is not None:
            return made
        seed = bytes.fromhex(_hashed(who.tenant.secret, name, repr(began)))
        with seeded(seed, began):
            made = await make()
        await asyncio.to_thread(record.end, made)
        return made


class _Record:
    """One request in the table that `Idempotency-Key` has as well; no such key has a space."""

    def __init__(self, database: Database, tenant: str, name: str) -> None:
        self._database = database
        self._names = {"tenant": tenant, "name": name}

    def begin(self, fingerprint: str, window_seconds: int) -> tuple[float, str | None, str]:
        """When the first try was, what it made, and its fingerprint."""
        where = "tenant = :tenant AND name = :name"
        with self._database.writing() as connection:
            connection.execute(
                f"DELETE FROM idempotency_records WHERE created_at < {NOW} - {KEYED_SECONDS}"
            )
            connection.execute(
                f"DELETE FROM idempotency_records WHERE {where} AND created_at <= {NOW} - :window",
                {**self._names, "window": window_seconds},
            )
            connection.execute(
                "INSERT INTO idempotency_records (tenant, name, fingerprint, created_at) "
                f"VALUES (:tenant, :name, :fingerprint, {NOW}) ON CONFLICT DO NOTHING",
                {**self._names, "fingerprint": fingerprint},
            )
            row = connection.execute(
                f"SELECT created_at, body, fingerprint FROM idempotency_records WHERE {where}",
                self._names,
            ).fetchone()
        return row["created_at"], row["body"], row["fingerprint"]

    def end(self, made: str) -> None:
        """Keep what was made."""
        self._database.write(
            (
                "UPDATE idempotency_records SET status = 200, headers = '{}', body = :made "
                "WHERE tenant = :tenant AND name = :name",
                {**self._names, "made": made},
            )
        )


class _alone:
    """Only one request of a name at a time."""

    def __init__(self, name: str) -> None:
        self._name = name

    async def __aenter__(self) -> None:
        lock, users = _locks.get(self._name, (asyncio.Lock(), 0))
        _locks[self._name] = (lock, users + 1)
        await lock.acquire()

    async def __aexit__(self, *_: object) -> None:
        lock, users = _locks[self._name]
        lock.release()
        if users == 1:
            del _locks[self._name]
        else:
            _locks[self._name] = (lock, users - 1)


async def _fingerprint(request: Request, who: Principal, body: Mapping[str, Any]) -> str:
    named = await _written(dict(body))
    text = json.dumps(named, sort_keys=True, ensure_ascii=True)
    return _hashed(who.key, request.method, request.url.path, text)


async def _written(value: Any) -> Any:
    """A value of a body as JSON: a file by the hash of its bytes."""
    if isinstance(value, UploadFile):
        state = hashlib.sha256()
        await value.seek(0)
        while chunk := await value.read(_CHUNK_BYTES):
            state.update(chunk)
        await value.seek(0)
        return ["file", value.filename, state.hexdigest()]
    if isinstance(value, dict):
        return {str(name): await _written(item) for name, item in value.items()}
    if isinstance(value, list):
        return [await _written(item) for item in value]
    return value


def _hashed(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
