"""Settings from the environment, read once at the edge and passed down."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from shared.errors import InvalidInput

_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the store is and how much of this machine may be used.

    `store` is a folder (created when missing). `workers` is the number of processes that perform
    actions; `worker_memory_bytes` bounds the address space of each (0: no bound).
    `lease_seconds` is how long a claimed action survives without a heartbeat.
    """

    store: Path
    workers: int = 2
    worker_memory_bytes: int = 6 * _GIB
    lease_seconds: float = 15.0

    @property
    def blobs_folder(self) -> Path:
        """Where blobs are."""
        return self.store / "blobs"

    @property
    def owners_folder(self) -> Path:
        """Where running processes hold their locks."""
        return self.store / "owners"

    @property
    def database_path(self) -> Path:
        """Where executions, builds and revisions are."""
        return self.store / "onbeat.sqlite3"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read `ONBEAT_STORE`, `ONBEAT_WORKERS` and `ONBEAT_WORKER_MEMORY_BYTES`.

        Defaults: a per-user data folder, one worker per usable core, 6 GiB. Raises `InvalidInput`
        for values that are not whole numbers.
        """
        folder = environment.get("ONBEAT_STORE")
        store = Path(folder) if folder else platformdirs.user_data_path("onbeat", appauthor=False)
        return cls(
            store=store.expanduser().absolute(),
            workers=_whole_number(environment, "ONBEAT_WORKERS", _usable_cores(), minimum=1),
            worker_memory_bytes=_whole_number(
                environment, "ONBEAT_WORKER_MEMORY_BYTES", 6 * _GIB, minimum=0
            ),
        )


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _whole_number(environment: Mapping[str, str], name: str, default: int, minimum: int) -> int:
    text = environment.get(name)
    if not text:
        return default
    if not text.strip().isdecimal() or int(text) < minimum:
        raise InvalidInput(f"{name}={text!r}: expected a whole number of at least {minimum}")
    return int(text)
