"""Looking into a store from outside, and damaging it on purpose."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

from shared.digest import Digest


def blob_files(store: Path) -> list[Path]:
    """Every blob, in an order that does not depend on the file system."""
    return sorted(store.glob("blobs/??/*"))


def assert_intact(store: Path) -> None:
    """Every blob is what its name says, and the database is sound (where there is one)."""
    for path in blob_files(store):
        assert Digest.of_file(path).sha256 == path.name, f"{path.name} is damaged"
    database = store / "onbeat.sqlite3"
    if database.exists() and database.stat().st_size:
        with closing(sqlite3.connect(database, timeout=30)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def damage(path: Path, how: str, seed: int = 0) -> None:
    """Flip one bit of a file, cut its second half off, or remove it."""
    data = bytearray(path.read_bytes())
    path.unlink()
    if how == "remove":
        return
    if how == "truncate":
        del data[len(data) // 2 :]
    else:
        bit = random.Random(f"{seed}/{path.name}").randrange(8 * max(1, len(data)))
        data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)
    os.chmod(path, 0o444)
