"""A process is alive exactly as long as it holds its lock."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from shared.ownership import OwnerLock, is_dead


def test_a_living_owner_is_not_dead_and_a_released_one_is(tmp_path: Path) -> None:
    owner = OwnerLock(tmp_path)
    assert not is_dead(tmp_path, owner.name)
    owner.release()
    assert is_dead(tmp_path, owner.name)
    assert list(tmp_path.iterdir()) == []


def test_a_killed_process_is_dead_and_its_lock_is_swept(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from shared.ownership import OwnerLock\n"
        "owner = OwnerLock(Path(sys.argv[1])); print(owner.name, flush=True); input()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    name = process.stdout.readline().strip()
    assert not is_dead(tmp_path, name)
    process.kill()
    process.communicate()
    assert is_dead(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_only_its_lease_tells_of_an_owner_elsewhere(tmp_path: Path) -> None:
    assert not is_dead(tmp_path, "another-machine:1:abc")
