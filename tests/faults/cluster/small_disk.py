"""A worker's disk of a few megabytes, which can be filled up and emptied."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SIZE = "64m"
_CHUNK = bytes(1 << 16)


@dataclass(frozen=True)
class SmallDisk:
    """A mounted folder; `unmountable` says why there is none, then it is a plain folder."""

    folder: Path
    unmountable: str = ""

    @contextmanager
    def full(self) -> Iterator[None]:
        """Fill it to the last byte for the block."""
        assert not self.unmountable, self.unmountable
        filler = self.folder / "filler"
        with filler.open("wb", buffering=0) as file:
            size = len(_CHUNK)
            while size:
                try:
                    file.write(_CHUNK[:size])
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    size //= 2
        try:
            yield
        finally:
            filler.unlink()


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """Mount one at a folder, where that is permitted."""
    folder.mkdir(parents=True)
    if os.geteuid() != 0:
        yield SmallDisk(folder, "mounting a small disk needs root")
        return
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "onbeat-test", str(folder)]
    if problem := subprocess.run(command, capture_output=True, text=True).stderr.strip():
        yield SmallDisk(folder, f"mounting a small disk is not permitted here: {problem}")
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
