"""RabbitMQ through Celery: sending messages, and the worker that takes them.

A message holds a key, nothing else. Queues are quorum queues; a message is acknowledged when its
work has ended, and a worker has as many messages as it performs. Results are in the store, so
Celery keeps none.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from celery import Celery, signals
from celery.worker.consumer.consumer import Consumer
from kombu import Queue
from kombu.exceptions import OperationalError

from shared.errors import InvalidInput, Unavailable
from shared.outbox import Letter
from shared.queue.settings import QueueSettings

TASK = "onbeat.perform"
_CONNECT_SECONDS = 5
_TURN_SECONDS = 0.5
_LOG = logging.getLogger("onbeat.queue")


class LeanConsumer(Consumer):  # type: ignore[misc]
    """A consumer without the 28 queues that Celery makes for messages of a later time."""

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc]
        """Its steps."""

        default_steps = tuple(
            step for step in Consumer.Blueprint.default_steps if "delayed_delivery" not in step
        )


def queue_named(name: str) -> Queue:
    """A queue that lives on several nodes of a cluster and survives the death of some."""
    return Queue(name, routing_key=name, queue_arguments={"x-queue-type": "quorum"})


def make_app(settings: QueueSettings, queues: Sequence[str] = ()) -> Celery:
    """A Celery application for the broker; `queues` are those that its worker takes from."""
    if not settings.broker:
        raise InvalidInput(
            "no broker is set; expected ONBEAT_BROKER as in 'amqp://USER:PASSWORD@HOST:5672/VHOST'"
        )
    app = Celery("onbeat", broker=settings.broker, set_as_current=False)
    app.conf.update(
        task_queues=[queue_named(settings.prefix + name) for name in queues],
        task_create_missing_queues=False,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        worker_consumer=f"{__name__}:{LeanConsumer.__name__}",
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        # Its row is claimed: when the connection is back, the message comes again and is dropped.
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=_CONNECT_SECONDS,
        broker_transport_options={"confirm_publish": True},
    )
    return app


class CeleryPublisher:
    """Sends messages, each confirmed by the broker. For one thread at a time."""

    def __init__(self, settings: QueueSettings) -> None:
        self._settings = settings
        self._app = make_app(settings)
        self._queues: dict[str, Queue] = {}

    def publish(self, letter: Letter) -> None:
        """Send the message of a letter; raises `Unavailable` if the broker does not take it."""
        queue = self._queues.get(letter.queue)
        if queue is None:
            queue = self._queues[letter.queue] = queue_named(self._settings.prefix + letter.queue)
        try:
            self._app.send_task(TASK, args=[letter.key], queue=queue, retry=False)
        except (OperationalError, OSError) as error:
            self._app.pool.force_close_all()
            why = str(error).strip() or type(error).__name__
            raise Unavailable(
                f"the broker {self._settings.address} does not answer: {why}"
            ) from error

    def close(self) -> None:
        """Close the connections."""
        self._app.close()


def work(
    settings: QueueSettings,
    queues: Sequence[str],
    concurrency: int,
    perform: Callable[[str], str],
    on_ready: Callable[[], None] = lambda: None,
) -> int:
    """Perform what comes until SIGTERM, then end what has begun; returns the exit code.

    `perform` gets a key and returns words for the log; it is called in `concurrency` threads,
    while this one answers the broker.
    """
    app = make_app(settings, queues)

    @app.task(name=TASK)  # type: ignore[untyped-decorator]
    def _perform(key: str) -> None:
        _LOG.info("%s: %s", key[:12], perform(key))

    def ready(sender: Any, **_: Any) -> None:
        # Celery sees a signal when its loop turns, and that turns for messages and timers.
        sender.timer.call_repeatedly(_TURN_SECONDS, int)
        on_ready()

    signals.worker_ready.connect(ready, weak=False)
    worker = app.Worker(
        queues=[settings.prefix + name for name in queues],
        pool="threads",
        concurrency=concurrency,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        loglevel="WARNING",
        quiet=True,
    )
    worker.start()
    return int(worker.exitcode or 0)
