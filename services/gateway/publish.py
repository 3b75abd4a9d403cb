"""Put a finished folder into its place in one step, and never lose what stood there.

Knows nothing about films: `check` says whether what stood there may go.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from services.gateway.staging import held
from shared.errors import Unavailable

Check = Callable[[Path], None]

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2


def publish(staging: Path, out: Path, check: Check) -> None:
    """Move the folder `staging` to `out`; a folder that stands there is removed.

    `check` sees that folder when nobody can reach it by its name any more: what it raises is
    raised here, and `out` is then as it was, as after an `OSError`. Raises `Unavailable`, naming
    where it is now, if what stood there cannot be put back.
    """
    try:
        os.rename(staging, out)  # where nothing stands, or an empty folder
        return
    except OSError:
        check(out)
        if not out.is_dir():
            raise
    with held(out):
        if exchange(staging, out):
            _look_back(staging, out, check)
            shutil.rmtree(staging, ignore_errors=True)
        else:
            _replace_in_two_steps(staging, out, check)


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step; False where the system or the file system cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        return bool(libc.renamex_np(*names, _RENAME_SWAP) == 0)
    swap = getattr(libc, "renameat2", None)  # Linux, with a C library of 2018 or later
    if swap is None:
        return False
    return bool(swap(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)


def _look_back(staging: Path, out: Path, check: Check) -> None:
    try:
        check(staging)
    except BaseException:
        if not exchange(staging, out):
            raise _left_at(staging, out) from None
        raise


def _replace_in_two_steps(staging: Path, out: Path, check: Check) -> None:
    aside = staging.with_suffix(".old")
    os.rename(out, aside)
    try:
        check(aside)
        os.rename(staging, out)
    except BaseException:
        try:
            os.rename(aside, out)
        except OSError:
            raise _left_at(aside, out) from None
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _left_at(place: Path, out: Path) -> Unavailable:
    return Unavailable(f"{out}: cannot be replaced; what stood there is now at {place}")
