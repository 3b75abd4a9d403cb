"""A process that collects a store in a loop, as eagerly as it may."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.builds import PATIENCE_SECONDS, ROOT

_LOOP = """
import json, sys, time
from pathlib import Path
from shared.blobs import FileBlobs
from shared.collect import Collector
from shared.database import open_database
from shared.retention import Retention
from shared.tally import total_of

store, stop, touched, keep = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
database = open_database(store / "onbeat.sqlite3")
blobs = FileBlobs(store / "blobs")
collector = Collector(database, blobs, store / "owners")
retention = Retention(int(keep)) if keep else None
rounds = gone = results = films = 0
began = time.time() - 60
while sum(blob.touched_at > began for blob in blobs.stored()) < touched and not stop.exists():
    time.sleep(0.002)
while not stop.exists():
    done = collector.collect(retention, untouched_for_seconds=0)
    total = total_of(done.tallies.values())
    rounds, gone, results = rounds + 1, gone + total.blobs_gone, results + total.results_gone
    films += sum(not verdict.stays for verdict in done.films)
print(json.dumps({"rounds": rounds, "gone": gone, "results": results, "films": films}))
"""


@dataclass
class Loop:
    """What the loop did, known when it has ended."""

    did: dict[str, int] = field(default_factory=dict)


@contextmanager
def collecting(store: Path, stop: Path, *, touched: int = 0, keep: str = "") -> Iterator[Loop]:
    """Collect in another process during the block, with no time of grace.

    It begins when somebody has put or touched so many blobs.
    """
    command = [sys.executable, "-c", _LOOP, str(store), str(stop), str(touched), keep]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    loop = Loop()
    try:
        yield loop
    finally:
        stop.touch()
        out, errors = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, errors
    loop.did = json.loads(out)
