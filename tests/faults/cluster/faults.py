"""What goes wrong with a cluster, each fault as a block: it begins, holds, and is healed.

Which process, which way and for how long is drawn from the seed that the test's name ends in.
"""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass

from shared.errors import Unavailable
from shared.outbox import Letter
from shared.queue.broker import CeleryPublisher
from shared.queue.settings import QueueSettings
from tests.faults.cluster.world import PARTITIONED, World, skewed

DISK_FULL = "disk of a worker full"
SKEW_SECONDS = 300
COPIES = 3
# A killed process comes back at once, or after others had time to notice.
_DOWN_SECONDS = (0.0, 3.0)
# How long a kill waits for work to be claimed, which may not come any more.
_WORK_SECONDS = 8.0
_AGAIN_SECONDS = 0.5
_FULL = re.compile("No space left|disk is full")
_SKEWED = ("gateway", "film-1", "render-1", "encoder", "audio_sync", "generator")

On = Callable[[World, random.Random], AbstractContextManager[None]]
Holds = Callable[[World, random.Random], float | None]


@dataclass(frozen=True)
class Fault:
    """`on` begins it and, at the block's end, heals it; it holds for so many seconds.

    None holds until the film's job has ended. A job that fails with what `may_fail` finds has
    failed rightly; asked for again after the fault, the film has to be made.
    """

    name: str
    on: On
    holds: Holds
    may_fail: re.Pattern[str] | None = None


def _down(world: World, moments: random.Random) -> float:
    return moments.choice([0.0, moments.uniform(*_DOWN_SECONDS)])


def _to_the_end(world: World, moments: random.Random) -> None:
    return None


def killed(words: str, pattern: str, *, claims: bool = False) -> Fault:
    """kill -9 of one of the processes whose names match, at work if one is; it is started again.

    One that `claims` actions or films: every other time only as soon as it has claimed something.
    """

    @contextmanager
    def on(world: World, moments: random.Random) -> Iterator[None]:
        if claims and moments.choice([True, False]):
            world.wait_for_work(pattern, _WORK_SECONDS)
        process = world.cluster.process(
            moments.choice(world.at_work(pattern) or world.named(pattern))
        )
        process.kill()
        try:
            yield
        finally:
            process.restart()

    return Fault(words, on, _down)


@contextmanager
def _delivered_again(world: World, moments: random.Random) -> Iterator[None]:
    ended = threading.Event()
    publisher = CeleryPublisher(QueueSettings.from_environment(world.cluster.environment))

    def publish() -> None:
        seen: set[Letter] = set()
        while not ended.wait(_AGAIN_SECONDS):
            seen |= world.ledger.letters()  # again also when they are done
            for letter in sorted(seen, key=lambda one: one.key):
                for _ in range(COPIES):
                    with suppress(Unavailable):  # One more or less tells nothing.
                        publisher.publish(letter)

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        publisher.close()


@contextmanager
def _partitioned(world: World, moments: random.Random) -> Iterator[None]:
    ways = world.ways[moments.choice(PARTITIONED)]
    names = moments.choice([*([name] for name in ways), list(ways)])
    for name in names:
        ways[name].cut()
    try:
        yield
    finally:
        for name in names:
            ways[name].heal()


@contextmanager
def _skewed(world: World, moments: random.Random) -> Iterator[None]:
    name, seconds = moments.choice(_SKEWED), moments.choice((-SKEW_SECONDS, SKEW_SECONDS))
    with world.changed(name, skewed(seconds)):
        yield


@contextmanager
def _full_disk(world: World, moments: random.Random) -> Iterator[None]:
    with world.disk.full():
        yield


FAULTS = {
    fault.name: fault
    for fault in (
        killed("gateway killed", "gateway"),
        killed("film worker killed", "film-*", claims=True),
        killed("render worker killed", "render-*", claims=True),
        killed("encoder killed", "encoder", claims=True),
        killed("audio_sync killed", "audio_sync", claims=True),
        killed("generator killed", "generator"),
        killed("broker restarted", "broker"),
        killed("database restarted", "database"),
        killed("S3 restarted", "s3"),
        Fault("messages delivered again", _delivered_again, _to_the_end),
        Fault("partition", _partitioned, lambda world, moments: world.partition_seconds),
        Fault("clock 5 minutes off", _skewed, _to_the_end),
        Fault(DISK_FULL, _full_disk, _to_the_end, _FULL),
    )
}
