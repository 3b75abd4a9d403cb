"""Opaque ids: a prefix, then 26 digits that sort by the time they were given.

Within `seeded` they are decided by a seed instead of by chance: whoever repeats a request that
was cut off gets the ids that the first try gave, and finds what it made.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Iterator
from contextvars import ContextVar

_RANDOM_BYTES = 10
_DIGITS = r"[0-9a-v]{26}"


class _Seed:
    def __init__(self, key: bytes, at: float) -> None:
        self.key, self.at, self.count = key, at, 0


_seed: ContextVar[_Seed | None] = ContextVar("onbeat_id_seed", default=None)


def new_id(prefix: str) -> str:
    """A new id such as "ref_0cq1..."."""
    seed = _seed.get()
    if seed is None:
        return _written(prefix, time.time(), secrets.token_bytes(_RANDOM_BYTES))
    seed.count += 1
    text = f"{prefix}:{seed.count}".encode()
    return _written(prefix, seed.at, hmac.digest(seed.key, text, hashlib.sha256)[:_RANDOM_BYTES])


@contextlib.contextmanager
def seeded(key: bytes, at: float) -> Iterator[None]:
    """Within, ids follow from a key that nobody can guess, and a time in seconds since 1970."""
    token = _seed.set(_Seed(key, at))
    try:
        yield
    finally:
        _seed.reset(token)


def is_id(prefix: str, text: str) -> bool:
    """Whether some text could be an id with this prefix."""
    return re.fullmatch(f"{prefix}_{_DIGITS}", text) is not None


def _written(prefix: str, at: float, rest: bytes) -> str:
    data = int(at * 1000).to_bytes(6, "big") + rest
    return f"{prefix}_{base64.b32hexencode(data).decode().rstrip('=').lower()}"
