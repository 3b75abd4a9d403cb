"""A process is alive exactly as long as it holds its lock."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from shared.ownership import OwnerLock, is_dead, oldest_alive


def test_a_living_owner_is_not_dead_and_a_released_one_is(tmp_path: Path) -> None:
    owner = OwnerLock(tmp_path)
    assert not is_dead(tmp_path, owner.name)
    owner.release()
    assert is_dead(tmp_path, owner.name)
    assert not list(tmp_path.glob("*.lock"))


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
    assert not list(tmp_path.glob("*.lock"))


def test_only_its_lease_tells_of_an_owner_elsewhere(tmp_path: Path) -> None:
    assert not is_dead(tmp_path, "another-machine:1:abc")


def test_a_lock_in_another_folder_of_this_machine_says_nothing(tmp_path: Path) -> None:
    """As in two containers of one name, which share a database and a bucket only."""
    owner = OwnerLock(tmp_path / "one")
    assert not is_dead(tmp_path / "other", owner.name)
    owner.release()
    assert not is_dead(tmp_path / "other", owner.name)
    assert is_dead(tmp_path / "one", owner.name)


def test_owners_of_one_folder_agree_where_they_are(tmp_path: Path) -> None:
    names = [OwnerLock(tmp_path).name for _ in range(3)]
    assert len({name.partition(":")[0] for name in names}) == 1
    assert len(set(names)) == 3
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".id")]


def test_the_oldest_living_owner_says_since_when(tmp_path: Path) -> None:
    assert oldest_alive(tmp_path) is None
    owners = [OwnerLock(tmp_path) for _ in range(3)]
    for age, owner in enumerate(owners):
        lock = tmp_path / f"{owner.name.rpartition(':')[2]}.lock"
        os.utime(lock, (1000.0 + age, 1000.0 + age))
    assert oldest_alive(tmp_path) == 1000.0
    owners[0].release()
    assert oldest_alive(tmp_path) == 1001.0
    (tmp_path / "dead.lock").touch()
    assert oldest_alive(tmp_path) == 1001.0
    for owner in owners[1:]:
        owner.release()
    assert oldest_alive(tmp_path) is None
