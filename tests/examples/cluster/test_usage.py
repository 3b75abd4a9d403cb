"""What a process and those it has started use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from examples.cluster import usage

# A child that works, is collected, and one that holds memory until standard input ends.
_PARENT = """
import subprocess, sys
subprocess.run([sys.executable, "-c", "sum(range(10_000_000))"])
holds = "import sys; held = bytearray(64 << 20); print('held', flush=True); sys.stdin.read()"
subprocess.run([sys.executable, "-c", holds])
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_children_count_also_those_that_have_ended() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    assert usage.cpu_seconds(process.pid) > 0.1
    assert 64 << 20 < usage.memory_bytes(process.pid) < 200 << 20
    process.communicate()
    assert usage.memory_bytes(process.pid) == 0
    assert usage.cpu_seconds(process.pid) == 0.0
