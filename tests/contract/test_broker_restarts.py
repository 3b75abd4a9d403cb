"""A broker of our own that is killed and started again: who sends to it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import kombu
import pytest

from examples.cluster.broker import Broker
from shared.errors import Unavailable
from shared.outbox import Letter
from shared.queue.broker import CeleryPublisher
from shared.queue.settings import QueueSettings

# RabbitMQ 3.10 forgets a quorum queue that was declared less than a second before it was killed.
WRITTEN_SECONDS = 3.0
PATIENCE_SECONDS = 60.0
LETTER = Letter("0" * 64, "render", "")


def test_a_publisher_goes_on_after_its_broker_was_killed(tmp_path: Path) -> None:
    broker = Broker(tmp_path / "broker")
    broker.start()
    publisher = CeleryPublisher(QueueSettings(broker.url))
    work: tuple[Callable[[], object], ...] = (
        lambda: publisher.publish(LETTER),
        lambda: publisher.count_workers(LETTER.queue),
    )
    with ThreadPoolExecutor(1) as thread:  # so that one that waits for ever fails
        try:
            for step in work:
                thread.submit(step).result(PATIENCE_SECONDS)
            time.sleep(WRITTEN_SECONDS)
            broker.kill()
            for step in work:
                with pytest.raises(Unavailable, match="does not answer"):
                    thread.submit(step).result(PATIENCE_SECONDS)
            broker.start()
            for step in work:
                thread.submit(step).result(PATIENCE_SECONDS)
            assert num_messages(broker) == 2
        finally:
            publisher.close()
            broker.kill()


def num_messages(broker: Broker) -> int:
    with kombu.Connection(broker.url) as connection, connection.channel() as channel:
        return int(channel.queue_declare(LETTER.queue, passive=True).message_count)
