"""A folder to write into, beside its final place and locked while whoever writes it lives.

Its name is `.onbeat-<16 hex digits>-<name>.partial`; where folders cannot be swapped in one step,
the one that stood in the place waits under the same name with `.old`. The lock is on the folder
itself, so it goes with its process, on whatever machine or in whatever container that runs, and
leaves no file behind.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PREFIX, _PARTIAL, _OLD = ".onbeat-", ".partial", ".old"


@contextmanager
def locked_staging(out: Path) -> Iterator[Path]:
    """A new folder beside `out`, removed at the end if it is still there; raises `OSError`."""
    handle, path = _make(out)
    try:
        yield path
    finally:
        # Another folder may have taken its name: what stood at `out`, swapped.
        if _is_at(path, handle):
            shutil.rmtree(path, ignore_errors=True)
        os.close(handle)


def recover(out: Path, is_disposable: Callable[[Path], bool]) -> None:
    """Undo what killed runs left beside `out`.

    What stood at `out` is put back if nothing stands there now; all else is removed, but only
    where `is_disposable` says so.
    """
    # Those that stood aside first: the lock of their `.partial` says whether the run is alive.
    for path in sorted(_leftovers(out)):
        with suppress(OSError), _unlocked(path.with_suffix(_PARTIAL)) as is_abandoned:
            if not is_abandoned:
                continue
            if path.suffix == _OLD and not os.path.lexists(out):
                os.rename(path, out)
            elif is_disposable(path):
                shutil.rmtree(path, ignore_errors=True)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep other runs from taking a folder for abandoned during the block, where locks work."""
    with _unlocked(folder):
        yield


def _leftovers(out: Path) -> list[Path]:
    suffix = f"({re.escape(_PARTIAL)}|{re.escape(_OLD)})"
    pattern = re.compile(re.escape(_PREFIX) + "[0-9a-f]{16}-" + re.escape(out.name) + suffix)
    try:
        return [path for path in out.parent.iterdir() if pattern.fullmatch(path.name)]
    except OSError:
        return []  # A folder that may be written but not listed, or that does not exist yet.


def _make(out: Path) -> tuple[int, Path]:
    while True:
        path = out.with_name(f"{_PREFIX}{secrets.token_hex(8)}-{out.name}{_PARTIAL}")
        path.mkdir(mode=0o700)
        with suppress(FileNotFoundError):
            handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
            with suppress(OSError):  # Some network file systems have no locks.
                fcntl.flock(handle, fcntl.LOCK_EX)
            if _is_at(path, handle):
                return handle, path
            os.close(handle)
        # Between mkdir and lock, another run took it for abandoned and removed it.


@contextmanager
def _unlocked(path: Path) -> Iterator[bool]:
    """Whether nobody holds a folder, which nobody can then take during the block."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError:
        yield True
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _is_at(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.lstat(), os.fstat(handle))
    except OSError:
        return False
