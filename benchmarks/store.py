"""What the store costs: blobs in a folder and in S3, claims on SQLite and PostgreSQL.

Real servers on this machine (SeaweedFS, PostgreSQL), so a network's way there and back is not in
the figures; one caller, who waits for each answer.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from benchmarks.database import fsync_ms
from shared.blobs import BlobStore, FileBlobs
from shared.database import open_database
from shared.digest import Digest
from shared.executions import Executions, Result
from tests.contract.stores import postgres_server, s3_server

SIZES = {"4 KiB": (1 << 12, 100), "1 MiB": (1 << 20, 30), "64 MiB": (64 << 20, 3)}
ACTIONS = 300


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def blob_times(
    ours: BlobStore, fresh: Callable[[], BlobStore], size: int, count: int
) -> dict[str, list[float]]:
    """Milliseconds of each step for `count` new blobs of a size.

    `fresh()` is the same store as a process sees it that has read nothing yet.
    """
    times: dict[str, list[float]] = {
        name: [] for name in ("put", "put again", "touch", "read", "read again")
    }
    other = fresh()
    for _ in range(count):
        data = os.urandom(size)
        digest = Digest.of_bytes(data)
        times["put"].append(timed(partial(ours.put, data)))
        times["put again"].append(timed(partial(ours.put, data)))
        times["touch"].append(timed(partial(ours.touch, digest)))
        for step in ("read", "read again"):
            times[step].append(timed(partial(other.read, digest)))
    return times


def claim_times(where: Path | str) -> list[float]:
    """Milliseconds to claim and complete each of many short actions."""
    database = open_database(where)
    executions = Executions(database)
    result = Result(Digest.of_bytes(b""), (Digest.of_bytes(b""),), 0.0, 0.0)

    def perform(number: int) -> None:
        key = f"{number:064x}"
        attempt = executions.claim(
            key, backend="bench/short", request="{}", owner="me", lease_seconds=60
        )
        if attempt is None or not executions.complete(key, attempt, result):
            raise RuntimeError(f"{key} was not ours")

    times = [timed(partial(perform, number)) for number in range(ACTIONS)]
    database.dispose()
    return times


def table() -> str:
    """The table of this benchmark."""
    rows = []
    with tempfile.TemporaryDirectory() as name, s3_server() as s3:
        folder = Path(name)
        bare = fsync_ms(folder)
        s3.blobs(folder / "warm", "bench/").put(b"the first is slower")
        for label, (size, count) in SIZES.items():
            root = folder / f"files{size}"
            files = blob_times(FileBlobs(root), partial(FileBlobs, root), size, count)
            rows.append(_row(f"{label}, folder", files))
            ours = s3.blobs(folder / f"ours{size}", "bench/", lag=3600.0)
            far = folder / f"far{size}"
            s3_times = blob_times(ours, partial(s3.blobs, far, "bench/", lag=3600.0), size, count)
            rows.append(_row(f"{label}, S3", s3_times))
        sqlite = claim_times(folder / "bench.sqlite3")
        with postgres_server() as server:
            postgres = claim_times(server.url)
    return (
        "## The store\n"
        "Medians in ms of one caller; servers on this machine. A read is by another process, which "
        "then has a verified copy; of what was touched within the hour, another touch is a look. "
        f"A bare fsync of 4 KiB takes {bare:.2f} ms here.\n\n"
        "| | put | put again | touch | read | read again |\n|---|---|---|---|---|---|\n"
        + "".join(rows)
        + "\n| | claim and complete, median ms | 95 % |\n|---|---|---|\n"
        + _claims("SQLite", sqlite)
        + _claims("PostgreSQL", postgres)
    )


def _row(label: str, times: dict[str, list[float]]) -> str:
    medians = " | ".join(f"{statistics.median(found):.2f}" for found in times.values())
    return f"| {label} | {medians} |\n"


def _claims(label: str, times: Iterable[float]) -> str:
    found = list(times)
    late = statistics.quantiles(found, n=20)[-1]
    return f"| {label} | {statistics.median(found):.2f} | {late:.2f} |\n"
