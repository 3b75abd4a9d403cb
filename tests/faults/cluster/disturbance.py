"""One fault at one moment of one film, and the verdict: lost, duplicated, ended, when."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from services.gateway.client import Client
from services.gateway.client.results import Job
from shared.digest import Digest
from tests.faults.cluster.customer import Customer
from tests.faults.cluster.faults import Fault
from tests.faults.cluster.ledger import Row, results_of
from tests.faults.cluster.outcomes import Outcome, record
from tests.faults.cluster.world import World

_LOOK_SECONDS = 0.02
# After a step is seen: at once, or somewhere inside it.
_LATER_SECONDS = (0.0, 0.2)


@dataclass
class Strike:
    """Whether the fault came while the film was still being made."""

    struck: bool = False
    error: BaseException | None = None


def disturbed_film(world: World, fault: Fault, seed: int) -> Outcome:
    """Make a film of a new tenant while something goes wrong, and judge what came of it.

    The moment is one of the film's steps (an action that is asked for, or done); it and all else
    about the fault follow from its name and the seed. Fails for everything that is not as in an
    undisturbed film.
    """
    moments = random.Random(f"{fault.name}/{seed}")
    before = set(world.ledger.rows())
    customer, tenant = world.new_customer(f"{fault.name} {seed}")
    started = time.monotonic()
    with striking(world, fault, moments) as strike:
        job = customer.make()
    jobs = [job]
    if job.state == "failed" and fault.may_fail is not None:
        assert job.error is not None
        assert fault.may_fail.search(job.error["detail"]), job.error
        jobs.append(_asked_again(customer))
    seconds = time.monotonic() - started
    left = world.settled()
    rows = world.ledger.rows(before)
    found = Verdict(world, tenant, customer, jobs, rows)
    outcome = Outcome(
        fault.name,
        seed,
        strike.struck,
        ended=not left,
        failed=len(jobs) - 1,
        lost=len(found.lost()),
        duplicated=len(found.duplicated()),
        equal=found.is_equal(),
        begun_again=found.begun_again(),
        seconds=round(seconds, 1),
    )
    record(outcome)
    found.assert_as_undisturbed(left)
    return outcome


def _asked_again(customer: Customer) -> Job:
    with Client(customer.url, customer.key) as client:
        customer.order(client, "film-again")
    return customer.wait()


@contextmanager
def striking(world: World, fault: Fault, moments: random.Random) -> Iterator[Strike]:
    """Let the fault come at a random moment of the block; at the block's end it is healed."""
    strike, ended = Strike(), threading.Event()
    moment = world.ledger.steps() + moments.randrange(2 * len(world.calm_results))
    later = moments.uniform(*_LATER_SECONDS)

    def run() -> None:
        try:
            while world.ledger.steps() < moment and not ended.wait(_LOOK_SECONDS):
                pass
            if not ended.wait(later):
                with fault.on(world, moments):
                    strike.struck = not ended.is_set()
                    _hold(fault.holds(world, moments), ended)
        except BaseException as error:
            strike.error = error

    thread = threading.Thread(target=run, name=fault.name)
    thread.start()
    try:
        yield strike
    finally:
        ended.set()
        thread.join()
    if strike.error is not None:
        raise strike.error


def _hold(seconds: float | None, ended: threading.Event) -> None:
    if seconds is None:
        ended.wait()
    else:
        time.sleep(seconds)  # also if nobody waits any more: what is healed is looked at


@dataclass(frozen=True)
class Verdict:
    """What a cluster has of a tenant that asked for one film, against the undisturbed one."""

    world: World
    tenant: str
    customer: Customer
    jobs: list[Job]
    rows: dict[str, Row]

    def lost(self) -> list[str]:
        """What was acknowledged or has to be there, and is not."""
        there = {row["id"] for row in self._of("jobs")}
        there |= {row["id"] for row in self._of("media_references") if self._is_stored(row)}
        wanted = {*self.customer.references.values(), *(job.id for job in self.jobs)}
        done = {row.asked for row in self.rows.values() if row.result is not None}
        return [*(wanted - there), *(set(self.world.calm_results) - done)]

    def _is_stored(self, reference: dict[str, Any]) -> bool:
        sent = Digest.of_file(self.customer.files[reference["handle"]])
        return reference["blob"] == str(sent) and self.world.services.blobs.contains(sent)

    def duplicated(self) -> list[str]:
        """What is there more than once, or that nobody asked for."""
        asked = [row.asked for row in self.rows.values()]
        twice = [one for one in asked if asked.count(one) > 1]
        strange = [one for one in asked if one not in self.world.calm_results]
        more = []
        for table, count in (
            ("media_references", len(self.customer.files)),
            ("jobs", len(self.jobs)),
            ("films", len(self.jobs)),
            ("revisions", 1),
        ):
            more += [table] * max(0, len(self._of(table)) - count)
        return [*twice, *strange, *more]

    def is_equal(self) -> bool:
        """Whether film, segments and the results of all actions are those of the undisturbed."""
        return (
            self.jobs[-1].state == "succeeded"
            and results_of(self.rows.values()) == self.world.calm_results
            and self.world.ledger.film(self.customer.film) == self.world.calm
        )

    def begun_again(self) -> int:
        """Attempts beyond the first, of actions and of jobs."""
        attempts = [row.attempt for row in self.rows.values()]
        attempts += [row["attempt"] for row in self._of("jobs")]
        return sum(max(0, attempt - 1) for attempt in attempts)

    def assert_as_undisturbed(self, left: int) -> None:
        """Fails where anything but attempts and times differs."""
        last = self.jobs[-1]
        assert last.state == "succeeded", (last, self.customer.interruptions)
        assert left == 0, f"{left} jobs and actions never end"
        assert self.lost() == []
        assert self.duplicated() == []
        assert {row.state for row in self.rows.values()} == {"done"}
        assert self.is_equal()
        ends = [event for event in self._of("events") if event["type"] == "job.succeeded"]
        assert [event["job"] for event in ends] == [last.id], "a job has to end once"
        states = [job["state"] for job in self._of("jobs")]
        assert sorted(states) == sorted(job.state for job in self.jobs)

    def _of(self, table: str) -> list[dict[str, Any]]:
        return self.world.ledger.of_tenant(self.tenant, table)
