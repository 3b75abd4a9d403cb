"""RabbitMQ through Celery: sending messages, and the worker that takes them.

A message holds a key, nothing else, and says that something waits in its queue. Queues are quorum
queues; a message is acknowledged when the work that it led to has ended, and a worker has as many
messages as it performs. Results are in the store, so Celery keeps none.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from amqp.exceptions import AMQPError  # type: ignore[import-untyped]
from celery import Celery, signals
from celery.exceptions import Reject
from celery.worker.consumer.consumer import Consumer
from kombu import Queue
from kombu.exceptions import OperationalError

from shared.errors import InvalidInput, Unavailable
from shared.outbox import Letter
from shared.queue.knocks import find_oddity
from shared.queue.pulse import Pulse
from shared.queue.settings import QueueSettings

TASK = "onbeat.perform"
_CONNECT_SECONDS = 5
# A broker that has just come back may take a message and forget to confirm it.
_CONFIRM_SECONDS = 10
_MAX_NAME_BYTES = 255
_TURN_SECONDS = 0.5
# A message whose worker cannot read the store just now is given to the next one after this.
_AWAY_SECONDS = 1.0
_LOG = logging.getLogger("onbeat.queue")


class LeanConsumer(Consumer):  # type: ignore[misc]
    """A consumer without the 28 queues that Celery makes for messages of a later time.

    It drops what is no message of ours, and says so.
    """

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc]
        """Its steps."""

        default_steps = tuple(
            step for step in Consumer.Blueprint.default_steps if "delayed_delivery" not in step
        )

    def create_task_handler(self, *values: Any, **options: Any) -> Callable[[Any], Any]:
        """What is called with each message."""
        handle = super().create_task_handler(*values, **options)

        def receive(message: Any) -> Any:
            odd = find_oddity(TASK, message.content_type, message.headers, message.body)
            return handle(message) if odd is None else self._drop(message, odd)

        return receive

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """Called for what Kombu itself cannot read."""
        self._drop(message, f"it cannot be read ({type(exc).__name__})")

    def _drop(self, message: Any, odd: str) -> None:
        queue = message.delivery_info.get("routing_key")
        _LOG.error("queue %s: dropped a message that is none of ours: %s", queue, odd)
        message.ack_log_error(_LOG, self.connection_errors)


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
        broker_connection_max_retries=None,  # The work in hand goes on however long it is away.
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
        if len((self._settings.prefix + letter.queue).encode()) > _MAX_NAME_BYTES:
            raise Unavailable(
                f"the broker {self._settings.address} takes names of {_MAX_NAME_BYTES} bytes, not "
                f"queue {letter.queue[:40]!r}..."
            )
        if queue is None:
            queue = self._queues[letter.queue] = queue_named(self._settings.prefix + letter.queue)
        with self._talking():
            self._app.send_task(
                TASK,
                args=[letter.key],
                queue=queue,
                retry=False,
                confirm_timeout=_CONFIRM_SECONDS,
            )

    def count_workers(self, queue: str) -> int:
        """How many worker processes take from a queue now; raises `Unavailable`."""
        bound = queue_named(self._settings.prefix + queue)
        with (
            self._talking(),
            self._app.pool.acquire(block=True) as connection,
            connection.channel() as channel,
        ):
            return int(bound(channel).queue_declare().consumer_count)

    def close(self) -> None:
        """Close the connections."""
        self._app.close()

    @contextmanager
    def _talking(self) -> Iterator[None]:
        try:
            yield
        except (AMQPError, OperationalError, OSError) as error:
            # All connections are closed, and the pool is filled with new ones for when the broker
            # is back: of an empty one Kombu would wait for ever.
            self._app.pool.resize(self._app.pool.limit, reset=True)
            why = str(error).strip() or type(error).__name__
            raise Unavailable(
                f"the broker {self._settings.address} does not answer: {why}"
            ) from error


def work(
    settings: QueueSettings,
    queues: Sequence[str],
    concurrency: int,
    perform: Callable[[str], str | None],
    on_ready: Callable[[], None] = lambda: None,
) -> int:
    """Perform what comes until SIGTERM, then end what has begun; returns the exit code.

    `perform` gets the name of a queue in which something waits, and returns words for the log, or
    None to leave the message to somebody else; where it raises `Unavailable`, the message comes
    again. It is called in `concurrency` threads, while this one answers the broker and, as long as
    it can, keeps `settings.pulse` fresh.
    """
    app = make_app(settings, queues)

    @app.task(name=TASK, bind=True)  # type: ignore[untyped-decorator]
    def _perform(task: Any, key: str) -> None:
        queue = str(task.request.delivery_info["routing_key"]).removeprefix(settings.prefix)
        try:
            said = perform(queue)
        except Unavailable as error:
            _LOG.warning("queue %s: a message waits: %s", queue, error.message)
            time.sleep(_AWAY_SECONDS)
            said = None
        if said is None:
            raise Reject(requeue=True)
        _LOG.info("queue %s, woken for %s: %s", queue, key[:12], said)

    def ready(sender: Any, **_: Any) -> None:
        # Celery sees a signal when its loop turns, and that turns for messages and timers.
        sender.timer.call_repeatedly(_TURN_SECONDS, Pulse(settings.pulse).beat)
        on_ready()

    signals.worker_ready.connect(ready, weak=False)
    # Otherwise it would set the level of everybody's lines, also of those that ONBEAT_LOG wants.
    signals.setup_logging.connect(lambda **_: None, weak=False)
    logging.getLogger("celery").setLevel(logging.WARNING)
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
