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
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar

_RANDOM_BYTES = 10
_RANDOM_BITS = 8 * _RANDOM_BYTES
_STEP_BITS = 64
_DIGITS = r"[0-9a-v]{26}"


class _Seed:
    def __init__(self, key: bytes, at: float) -> None:
        self.key, self.at, self.count = key, at, 0


class _Later:
    """Times in milliseconds, and chance: each pair of this process sorts after those before it.

    So jobs that are asked for within a millisecond are done in the order they came. The steps
    are by chance too, so that nobody can tell the next id from one that he was given.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at, self._rest = 0, 0

    def next(self) -> tuple[int, bytes]:
        """The next pair."""
        with self._lock:
            now = int(time.time() * 1000)
            if now > self._at:
                # The highest bit is left for those that follow within the millisecond.
                self._at, self._rest = now, secrets.randbits(_RANDOM_BITS - 1)
            else:
                self._rest += 1 + secrets.randbits(_STEP_BITS)
                if self._rest >> _RANDOM_BITS:
                    self._at, self._rest = self._at + 1, secrets.randbits(_RANDOM_BITS - 1)
            return self._at, self._rest.to_bytes(_RANDOM_BYTES, "big")


_later = _Later()
_seed: ContextVar[_Seed | None] = ContextVar("onbeat_id_seed", default=None)


def new_id(prefix: str) -> str:
    """A new id such as "ref_0cq1..."."""
    seed = _seed.get()
    if seed is None:
        return _written(prefix, *_later.next())
    seed.count += 1
    text = f"{prefix}:{seed.count}".encode()
    rest = hmac.digest(seed.key, text, hashlib.sha256)[:_RANDOM_BYTES]
    return _written(prefix, int(seed.at * 1000), rest)


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


def _written(prefix: str, at_ms: int, rest: bytes) -> str:
    data = at_ms.to_bytes(6, "big") + rest
    return f"{prefix}_{base64.b32hexencode(data).decode().rstrip('=').lower()}"
