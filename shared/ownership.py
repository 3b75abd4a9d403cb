"""Who is alive: a runner holds a lock that the kernel drops when its process ends.

A process id says nothing in another container, and may have been given to somebody else; a lock
on a file of the store is the same for everyone who shares that folder. Who shares only a database
and a bucket, from another folder or machine, cannot see it: there only the lease tells.
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
        self.name = f"{_place(folder)}:{os.getpid()}:{uuid.uuid4().hex}"
        self._path = _lock_path(folder, self.name)
        self._handle = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._handle, fcntl.LOCK_EX)

    def release(self) -> None:
        """Give the mark up: its owner is dead from now on."""
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        os.close(self._handle)


def is_dead(folder: Path, owner: str) -> bool:
    """Whether an owner with its lock in this folder has ended; of others, only leases can tell."""
    if owner.partition(":")[0] != _place(folder):
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


def oldest_alive(folder: Path) -> float | None:
    """When the owner that has lived longest on this machine began, in seconds since 1970.

    None if none lives. Unlike its lease, its lock says so also while the machine was asleep.
    """
    began = (_began_if_alive(path) for path in folder.glob("*.lock"))
    return min((when for when in began if when is not None), default=None)


def _began_if_alive(path: Path) -> float | None:
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return os.fstat(handle).st_mtime
    else:
        return None  # Its file stays: between the two steps of its making it has no lock yet.
    finally:
        os.close(handle)


def _lock_path(folder: Path, owner: str) -> Path:
    return folder / f"{owner.rpartition(':')[2]}.lock"


def _place(folder: Path) -> str:
    """This machine and this folder: where a lock says who lives. Containers may share a name."""
    path = folder / "id"
    try:
        return f"{socket.gethostname()}/{path.read_text('ascii')}"
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        made = folder / f".id-{uuid.uuid4().hex}"
        made.write_text(uuid.uuid4().hex[:12], "ascii")
        with contextlib.suppress(FileExistsError):  # Another process was first.
            os.link(made, path)
        made.unlink()
        return _place(folder)
