"""Giving freed memory back to the system: C's allocator keeps it, in every thread's own heap."""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any


def give_back() -> bool:
    """Return what is free but held; whether there was any. Takes milliseconds.

    Only glibc can be told so; elsewhere nothing happens.
    """
    trim = _trim()
    return trim is not None and bool(trim(0))


@cache
def _trim() -> Any:
    if sys.platform != "linux":
        return None
    return getattr(ctypes.CDLL(None), "malloc_trim", None)
