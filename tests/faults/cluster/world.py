"""A running cluster that faults are let loose on, and what an undisturbed film of it is."""

from __future__ import annotations

import fnmatch
import os
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from examples.cluster.members import OnbeatMember
from examples.cluster.processes import Cluster
from services.gateway.api.keys.service import Scope
from services.gateway.api.services import Services, open_services
from tests.faults.cluster.customer import Customer, write_files
from tests.faults.cluster.ledger import Film, Ledger, results_of
from tests.faults.cluster.partition import Way
from tests.faults.cluster.small_disk import SmallDisk, small_disk

LEASE_SECONDS = 3.0
PARTITIONED = ("film-1", "generator")
_SERVERS = ("ONBEAT_DATABASE", "ONBEAT_BROKER", "ONBEAT_S3_ENDPOINT")
_LOOK_SECONDS = 0.01
_SETTLE_SECONDS = 60.0
_SKEWED = Path(__file__).with_name("skewed")


@dataclass
class World:
    """`calm` and `calm_results` are what an undisturbed film is, and what ran for it."""

    cluster: Cluster
    services: Services
    ledger: Ledger
    files: Mapping[str, Path]
    ways: Mapping[str, Mapping[str, Way]]
    disk: SmallDisk
    partition_seconds: float = 30.0
    calm: Film | None = None
    calm_results: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)

    def new_customer(self, name: str) -> tuple[Customer, str]:
        """A customer of a tenant of its own, for whom nothing is in the store; and the tenant."""
        unique = f"{name} {uuid.uuid4().hex[:8]}"
        tenant = self.services.keys.tenant(unique, create=True)
        _, secret = self.services.keys.create(tenant, "faults", Scope.WRITE)
        return Customer(self.cluster.url, secret, self.files), tenant.id

    def named(self, pattern: str) -> list[str]:
        """The names of all processes that a pattern with `*` matches; there has to be one."""
        found = fnmatch.filter(self.cluster.names, pattern)
        assert found, f"the cluster has no {pattern}"
        return found

    def at_work(self, pattern: str) -> list[str]:
        """Those of the named that have claimed something."""
        names, pids = self.named(pattern), self.ledger.pids_at_work()
        return [name for name in names if self.cluster.process(name).pid in pids]

    def wait_for_work(self, pattern: str, seconds: float) -> None:
        """Wait until one of the named has claimed something, at most so long."""
        deadline = time.monotonic() + seconds
        while not self.at_work(pattern) and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)

    @contextmanager
    def changed(self, name: str, changes: Mapping[str, str]) -> Iterator[None]:
        """A process killed and started with changes of its environment, and back at the end."""
        with _changed(self.cluster, name, changes):
            yield

    def settled(self) -> int:
        """How much is still unfinished when all leases of the killed have surely ended."""
        deadline = time.monotonic() + _SETTLE_SECONDS
        while (left := self.ledger.unfinished()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return left

    def make_calm(self, expected: Film) -> None:
        """Make undisturbed films, the first of which loads models; `calm` is what both are."""
        for name in ("first", "calm"):
            before = set(self.ledger.rows())
            customer, _ = self.new_customer(name)
            job = customer.make()
            assert job.state == "succeeded", job
            assert self.ledger.film(customer.film) == expected
            self.calm_results = results_of(self.ledger.rows(before).values())
        self.calm = expected


def skewed(seconds: float) -> dict[str, str]:
    """The environment of a Python process whose clock is so many seconds ahead."""
    path = os.pathsep.join(filter(None, [str(_SKEWED), os.environ.get("PYTHONPATH")]))
    return {"PYTHONPATH": path, "CLOCK_SKEW_SECONDS": str(seconds)}


@contextmanager
def open_world(folder: Path) -> Iterator[World]:
    """Start a cluster; in the end all of it must stop with 0."""
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(folder / "disk"))
        cluster = Cluster(
            folder / "cluster", film_workers=2, workers=1, lease_seconds=LEASE_SECONDS
        )
        cluster.start()
        try:
            ways = {name: _ways(cluster, stack) for name in PARTITIONED}
            for name in PARTITIONED:
                _restart(cluster, name, _through(cluster, ways[name]))
            _restart(cluster, "render-1", {"ONBEAT_STORE": str(disk.folder / "store")})
            services = open_services(cluster.settings(folder / "outside"))
            stack.callback(services.database.dispose)
            yield World(cluster, services, Ledger(services), write_files(folder), ways, disk)
        finally:
            codes = cluster.stop()
    assert set(codes.values()) == {0}, codes


@contextmanager
def _changed(cluster: Cluster, name: str, changes: Mapping[str, str]) -> Iterator[None]:
    member = cluster.process(name)
    assert isinstance(member, OnbeatMember)
    before = member.changes
    member.kill()
    try:
        member.changes = {**before, **changes}
        member.restart()
        yield
    finally:
        member.kill()
        member.changes = before
        member.restart()


def _restart(cluster: Cluster, name: str, changes: Mapping[str, str]) -> None:
    member = cluster.process(name)
    assert isinstance(member, OnbeatMember)
    member.changes = dict(changes)
    member.restart()


def _ways(cluster: Cluster, stack: ExitStack) -> dict[str, Way]:
    ways = {}
    for name in _SERVERS:
        netloc = urlsplit(cluster.environment[name]).netloc
        ways[name] = Way(netloc.rpartition("@")[2])
        stack.callback(ways[name].close)
    return ways


def _through(cluster: Cluster, ways: Mapping[str, Way]) -> dict[str, str]:
    """The environment of a process that reaches all servers through its ways."""
    return {name: _at(cluster.environment[name], way.address) for name, way in ways.items()}


def _at(url: str, address: str) -> str:
    parts = urlsplit(url)
    user, mark, _ = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{user}{mark}{address}"))
