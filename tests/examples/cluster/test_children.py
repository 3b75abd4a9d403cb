"""Processes that end with whoever started them, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from examples.cluster.children import Child, free_ports
from shared.errors import Unavailable
from shared.process import process_exists

ROOT = Path(__file__).parents[3]
# It starts a child that starts another one, says both their numbers, and waits.
_PARENT = """
import sys, time
from pathlib import Path
from examples.cluster.children import Child
child = Child(["sh", "-c", "sleep 300 & echo $$ $!; wait"], Path(sys.argv[1]))
child.wait_until(lambda: "\\n" in child.said())
print(child.said(), flush=True)
time.sleep(300)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_children_and_theirs_end_with_their_parent(number: int, tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path / "log")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    pids = [int(word) for word in parent.stdout.readline().split()]
    assert len(pids) == 2
    assert all(process_exists(pid) for pid in pids)
    parent.send_signal(number)
    parent.wait(20)
    parent.stdout.close()
    deadline = time.monotonic() + 20
    while any(_runs(pid) for pid in pids):
        assert time.monotonic() < deadline, "they outlived their parent"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    """Whether a process runs; one that nobody has collected yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return process_exists(pid) and not Path("/proc").exists()


def test_what_a_child_says_is_kept_and_told_when_it_fails(tmp_path: Path) -> None:
    log = tmp_path / "thing.log"
    log.write_text("of the last time\n")
    child = Child(["sh", "-c", "echo no such luck; exit 3"], log)
    with pytest.raises(Unavailable, match=r"thing ended with 3; .*thing.log ends with:\n.*luck"):
        child.wait_until(lambda: False, 20)
    assert child.said() == "no such luck\n"
    assert child.stop() == 3


def test_a_child_that_never_answers_is_given_up(tmp_path: Path) -> None:
    child = Child(["sleep", "300"], tmp_path / "silent.log")
    with pytest.raises(Unavailable, match=r"silent is not ready after 0.1 s; .* is empty"):
        child.wait_until(lambda: False, 0.1)
    assert child.is_running
    child.kill_group()
    assert not child.is_running


def test_one_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    child = Child(["sh", "-c", "trap '' TERM; echo deaf; sleep 300"], tmp_path / "deaf.log")
    child.wait_until(lambda: "deaf" in child.said())
    assert child.stop(seconds=0.2) == -signal.SIGKILL


def test_ports_are_free_and_different() -> None:
    ports = free_ports(5)
    assert len(set(ports)) == 5
    assert all(0 < port <= 55_535 for port in ports)
