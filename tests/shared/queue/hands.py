"""A queue within the process: messages go to performers in threads, as a broker's would."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from shared.errors import Unavailable
from shared.outbox import Letter
from shared.queue.performer import Performer
from shared.queue.runner import QueueRunner
from shared.settings import Settings
from tests.contract.deed_server import REGISTRY


@dataclass
class Hands:
    """A publisher whose messages a performer takes; `is_away` as a broker may be."""

    settings: Settings
    performer: Performer
    is_away: bool = False
    refuses_after_seconds: float = 0.0
    sent: list[Letter] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2))

    def publish(self, letter: Letter) -> None:
        if self.is_away:
            time.sleep(self.refuses_after_seconds)
            raise Unavailable("the broker is away")
        self.sent.append(letter)
        self.threads.submit(lambda: self.said.append(self.performer.perform(letter.queue)))

    def close(self) -> None:
        """Nothing is open."""

    def runner(self, patience_seconds: float = 60.0) -> QueueRunner:
        """A runner that hands over everything."""
        return QueueRunner(
            self.settings, REGISTRY, self, lambda _: "deeds", patience_seconds=patience_seconds
        )


@contextmanager
def hands(store: Path) -> Iterator[Hands]:
    settings = Settings(store, workers=1, lease_seconds=2.0)
    made = Hands(settings, Performer(settings, REGISTRY))
    yield made
    made.threads.shutdown()
    made.performer.close()
