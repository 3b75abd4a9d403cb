"""What the tests of a cluster do to it is really done: cut ways, wrong clocks, full disks."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.cluster.outcomes import Outcome, table
from tests.faults.cluster.partition import Way
from tests.faults.cluster.small_disk import small_disk
from tests.faults.cluster.world import skewed

SOON_SECONDS = 0.3
_CLOCKS = """
import subprocess, sys, time
from datetime import UTC, datetime
print(time.time(), datetime.now(UTC).timestamp(), time.mktime(time.localtime()))
if len(sys.argv) < 2:
    subprocess.run([sys.executable, "-c", sys.stdin.read(), "child"], check=True)
"""


@pytest.fixture
def echo() -> Iterator[str]:
    """The address of somebody who sends back what it gets."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection:
            while data := connection.recv(100):
                connection.sendall(data)

    def accept() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    with closing(server):
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def connected(way: Way) -> socket.socket:
    host, _, port = way.address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SOON_SECONDS)


def test_a_cut_way_is_silent_and_loses_nothing(echo: str) -> None:
    with closing(Way(echo)) as way, connected(way) as old:
        old.sendall(b"before")
        assert old.recv(100) == b"before"
        way.cut()
        old.sendall(b"meanwhile")
        with pytest.raises(TimeoutError):
            old.recv(100)
        with connected(way) as new:  # is accepted, as by a server behind a switch that drops
            new.sendall(b"new")
            with pytest.raises(TimeoutError):
                new.recv(100)
            way.heal()
            for one, sent in ((old, b"meanwhile"), (new, b"new")):
                one.settimeout(10)
                assert one.recv(100) == sent


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_skewed_clock_is_off_in_a_process_and_its_children(seconds: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CLOCKS],
        env={**os.environ, **skewed(seconds)},
        input=_CLOCKS,
        capture_output=True,
        text=True,
        check=True,
    )
    found = [float(word) - time.time() for word in done.stdout.split()]
    assert len(found) == 6
    for ahead in found:
        assert seconds - 60 < ahead < seconds + 1


def test_a_full_disk_takes_no_byte_more_until_it_is_emptied(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        if disk.unmountable:
            pytest.skip(disk.unmountable)
        with disk.full():
            with pytest.raises(OSError, match="No space left") as caught:
                (disk.folder / "file").write_bytes(b"x")
            assert caught.value.errno == errno.ENOSPC
        (disk.folder / "file").write_bytes(b"x")


def test_the_table_has_the_latest_outcome_of_each_moment() -> None:
    bad = Outcome("S3 restarted", 1, True, True, 0, 1, 0, False, 3, 80.0)
    good = Outcome("S3 restarted", 1, True, True, 0, 0, 0, True, 2, 20.0)
    other = Outcome("S3 restarted", 2, False, True, 0, 0, 0, True, 0, 4.6)
    lines = [one.line() for one in (bad, other, good)]
    assert table(lines).splitlines()[-1] == "| S3 restarted | 2 | 1 | 0 | 0 | 2 | 0 | 2 | 20 s |"
