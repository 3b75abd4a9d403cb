"""Every fault of a cluster at random moments of a film: nothing lost, nothing twice, all ends.

`make test` runs a few of them, `make faults` all at ten moments each. A test's name holds the
seed: `make faults ARGS="-k S3-restarted-7"` runs that one again.
"""

from __future__ import annotations

import pytest

from tests.faults.cluster.disturbance import disturbed_film
from tests.faults.cluster.faults import DISK_FULL, FAULTS
from tests.faults.cluster.world import LEASE_SECONDS, World

MOMENTS = [
    pytest.param(name, seed, id=f"{name.replace(' ', '-')}-{seed}")
    for seed in range(1, 11)
    for name in FAULTS
]
# One of each kind, each with another seed than those of `make faults`.
FEW = {
    "gateway killed": 20,
    "film worker killed": 21,
    "database restarted": 22,
    "messages delivered again": 23,
    "partition": 24,
    "clock 5 minutes off": 25,
}


def needs(world: World, name: str) -> None:
    if name == DISK_FULL and world.disk.unmountable:
        pytest.skip(world.disk.unmountable)


@pytest.mark.timeout(900)
def test_a_few_faults_cost_no_film(world: World) -> None:
    """In one test, so that two processes of tests do not start a cluster each."""
    world.partition_seconds = LEASE_SECONDS + 1.0
    for name, seed in FEW.items():
        disturbed_film(world, FAULTS[name], seed)


@pytest.mark.faults_all
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("name", "seed"), MOMENTS)
def test_a_fault_costs_no_film(world: World, name: str, seed: int) -> None:
    needs(world, name)
    world.partition_seconds = 30.0
    disturbed_film(world, FAULTS[name], seed)
