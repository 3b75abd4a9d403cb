"""What processes use, with all that they have started; read from /proc, so on Linux only."""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process, of those that it started, and of those of them that have ended."""
    ticks = os.sysconf("SC_CLK_TCK")
    found = 0.0
    for one in _tree(pid):
        with contextlib.suppress(OSError):
            found += sum(int(word) for word in _stat(one)[11:15]) / ticks
    return found


def memory_bytes(pid: int) -> int:
    """Memory of a process and of those that it started; what they share is divided (PSS)."""
    found = 0
    for one in _tree(pid):
        with contextlib.suppress(OSError):
            for line in (_PROC / str(one) / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    found += 1024 * int(line.split()[1])
    return found


def _tree(pid: int) -> Iterator[int]:
    if not _PROC.exists():
        return
    children: dict[int, list[int]] = defaultdict(list)
    for path in _PROC.iterdir():
        if path.name.isdecimal():
            with contextlib.suppress(OSError):
                children[int(_stat(int(path.name))[1])].append(int(path.name))
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += children[one]


def _stat(pid: int) -> list[str]:
    """The fields of a process after its name: state, parent, group, ...; raises `OSError`."""
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
