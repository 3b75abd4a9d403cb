"""Who is alive: a runner holds a lock that the kernel drops when its process ends.

A process id says nothing in another container, and may have been given to somebody else; a lock
on a file of the store is the same for everyone on one machine.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import uuid
from pathlib import Path


class OwnerLock:
    """This process's mark as the owner of executions; `name` is unique for ever."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex}"
        self._path = _lock_path(folder, self.name)
        self._handle = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def release(self) -> None:
        """Give the mark up: its owner is dead from now on."""
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        os.close(self._handle)


def is_dead(folder: Path, owner: str) -> bool:
    """Whether an owner of this machine has ended; of another machine only its lease can tell."""
    if owner.partition(":")[0] != socket.gethostname():
        return False
    path = _lock_path(folder, owner)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    else:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        return True
    finally:
        os.close(handle)


def _lock_path(folder: Path, owner: str) -> Path:
    return folder / f"{owner.rpartition(':')[2]}.lock"
