"""Who asks: keys, scopes, and how often each key may ask."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from services.gateway.api.keys.service import Keys, Principal, Scope, everything
from services.gateway.api.paging import DEFAULT_LIMIT, MAX_LIMIT, Wanted
from services.gateway.api.problems import Problem
from services.gateway.api.services import Services

_MAX_SECRET_CHARS = 200
_MAX_BUCKETS = 10_000
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
# Only says in the OpenAPI document how to sign in; `Access` does it.
_bearer = HTTPBearer(auto_error=False, description="An API key: `onbeat keys create`.")


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Buckets:
    """Token buckets by name: so many requests a second, and so many at once."""

    def __init__(self, rate_hz: float, burst: int) -> None:
        self._rate_hz, self._burst = rate_hz, burst
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, name: str) -> float:
        """Take one token; returns 0.0, or in how many seconds there is one."""
        now = time.monotonic()
        bucket = self._buckets.pop(name, None) or _Bucket(self._burst, now)
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._rate_hz)
        bucket.at = now
        self._buckets[name] = bucket
        while len(self._buckets) > _MAX_BUCKETS:
            self._buckets.popitem(last=False)
        if bucket.left < 1:
            return (1 - bucket.left) / self._rate_hz
        bucket.left -= 1
        return 0.0


class Access:
    """Recognises who sends a request; without keys only requests of this machine are taken."""

    def __init__(self, keys: Keys, *, needs_key: bool, rate_hz: float, burst: int) -> None:
        self._keys = keys
        self._needs_key = needs_key
        self._by_key = Buckets(rate_hz, burst)
        self._failures = Buckets(1.0, 20)

    async def principal(self, request: Request) -> Principal:
        """Who asks; raises `Problem` 401, 403 or 429. Each request is looked at once."""
        known: Principal | None = getattr(request.state, "principal", None)
        if known is None:
            known = await self._recognise(request)
            wait = self._by_key.take(known.key or known.tenant.id)
            if wait:
                raise _too_many(wait)
            request.state.principal = known
        return known

    async def _recognise(self, request: Request) -> Principal:
        if not self._needs_key:
            _check_local(request)
            return everything(await asyncio.to_thread(self._keys.tenant))
        kind, _, secret = request.headers.get("authorization", "").partition(" ")
        found = None
        if kind.lower() == "bearer" and 0 < len(secret) <= _MAX_SECRET_CHARS:
            found = await asyncio.to_thread(self._keys.recognise, secret.strip())
        if found is None:
            wait = self._failures.take(request.client.host if request.client else "")
            if wait:
                raise _too_many(wait)
            raise Problem(
                401,
                "bad_key",
                "expected a valid key as in 'Authorization: Bearer onbeat_...'",
                headers={"WWW-Authenticate": "Bearer"},
            )
        return found


def _check_local(request: Request) -> None:
    """Keep web pages from using a server without keys: by another name for it, or by a form."""
    host = request.headers.get("host", "").lower()
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    if name not in _LOCAL_HOSTS:
        raise Problem(403, "bad_host", "without keys, only requests to localhost are answered")
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != host:
        raise Problem(403, "bad_origin", "without keys, no other site's pages are answered")


def _too_many(wait_seconds: float) -> Problem:
    return Problem(
        429,
        "rate_limited",
        f"too many requests; the next may come in {wait_seconds:.1f} s",
        headers={"Retry-After": str(max(1, round(wait_seconds)))},
    )


def services_of(request: Request) -> Services:
    """The service layer that the application was made with."""
    services: Services = request.app.state.services
    return services


def needs(scope: Scope) -> Callable[..., Coroutine[Any, Any, Principal]]:
    """A dependency: whoever asks, if its key has a scope."""

    async def dependency(request: Request, _: Annotated[Any, Depends(_bearer)]) -> Principal:
        access: Access = request.app.state.access
        principal = await access.principal(request)
        if not principal.may(scope):
            raise Problem(403, "missing_scope", f"this key has no {scope} scope", scope=scope)
        return principal

    return dependency


def wanted_page(limit: int = DEFAULT_LIMIT, cursor: str | None = None) -> Wanted:
    """A dependency: which page of a list is asked for."""
    if not 1 <= limit <= MAX_LIMIT:
        raise Problem(422, "invalid_input", f"limit {limit}: expected 1 to {MAX_LIMIT}")
    return Wanted(limit, cursor)


Api = Annotated[Services, Depends(services_of)]
Reader = Annotated[Principal, Depends(needs(Scope.READ))]
Writer = Annotated[Principal, Depends(needs(Scope.WRITE))]
Admin = Annotated[Principal, Depends(needs(Scope.ADMIN))]
PageWanted = Annotated[Wanted, Depends(wanted_page)]
