"""What a command costs: CPU seconds of its whole process tree, wall seconds, peak memory.

CPU seconds come from `wait4`, which counts every child that was waited for. Memory is the peak of
the summed PSS (a page shared by n processes counts 1/n in each), sampled while the command runs.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_SECONDS = 0.2
_TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command took, and what it printed."""

    wall_seconds: float
    cpu_seconds: float
    peak_pss_bytes: int
    output: str


def measured(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command in the repository's root; raises `RuntimeError` with its words if it fails."""
    words = [str(word) for word in command]
    started = time.perf_counter()
    # Straight to a file: a pipe that nobody reads while the command runs would stop it.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            words, cwd=ROOT, stdout=output, stderr=errors, env={**os.environ, **(environment or {})}
        )
        watch = _MemoryWatch(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)  # It is reaped already.
        peak = watch.stop()
        said, complained = (_read(file.fileno()) for file in (output, errors))
    if process.returncode:
        raise RuntimeError(f"{' '.join(words)[:200]} ended with {process.returncode}: {complained}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak, said)


def _read(descriptor: int) -> str:
    return os.pread(descriptor, 1 << 20, 0).decode(errors="replace")


class _MemoryWatch:
    """Samples a process tree's summed PSS in a thread; costs the watched next to nothing."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._over.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._over.wait(_SAMPLE_SECONDS):
            self._peak = max(self._peak, sum(map(pss_bytes, process_tree(self._pid))))


def process_tree(pid: int) -> list[int]:
    """The process and all its living descendants."""
    children: defaultdict[int, list[int]] = defaultdict(list)
    for entry in os.listdir("/proc"):
        if entry.isdecimal() and (fields := _stat(int(entry))):
            children[int(fields[1])].append(int(entry))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children[found[-1]]
    return found


def cpu_seconds_of(pids: Sequence[int]) -> float:
    """CPU seconds that living processes have used so far, without their children's."""
    return sum(sum(map(int, fields[11:13])) for pid in pids if (fields := _stat(pid))) / _TICKS


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name: state, parent, ...; [] if it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def pss_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
