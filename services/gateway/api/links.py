"""Links that need no key: signed for one file, until a moment."""

from __future__ import annotations

import hashlib
import hmac
import time

from services.gateway.api.keys.service import Keys, Tenant
from services.gateway.api.problems import Problem
from shared.errors import NotFound

MAX_SECONDS = 7 * 24 * 3600


def signed_path(tenant: Tenant, path: str, seconds: int) -> tuple[str, int]:
    """The path with what opens it, and when it stops to (seconds since 1970)."""
    expires = int(time.time()) + seconds
    signature = _sign(tenant, path, expires)
    return f"{path}?tenant={tenant.id}&expires={expires}&signature={signature}", expires


def open_link(keys: Keys, path: str, tenant: str, expires: str, signature: str) -> Tenant:
    """Whose file a link leads to; raises `Problem` 403 for one that is expired or forged."""
    try:
        found = keys.tenant(tenant)
    except NotFound:
        raise _bad() from None
    if not expires.isascii() or not expires.isdecimal() or len(expires) > 12:
        raise _bad()
    expected = _sign(found, path, int(expires))
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        raise _bad()
    if int(expires) < time.time():
        raise Problem(403, "link_expired", "this link has expired; ask for a new one")
    return found


def _sign(tenant: Tenant, path: str, expires: int) -> str:
    text = f"{path}\n{expires}".encode()
    return hmac.digest(bytes.fromhex(tenant.secret), text, hashlib.sha256).hex()


def _bad() -> Problem:
    return Problem(403, "bad_link", "this link is not one of ours")
