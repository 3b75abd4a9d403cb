"""Messages and queues on a real RabbitMQ; workers that take them are in tests/contract."""

from __future__ import annotations

import time
import uuid

import kombu
import pytest

from shared.errors import InvalidInput, Unavailable
from shared.outbox import Letter
from shared.queue.broker import TASK, CeleryPublisher, LeanConsumer, make_app, queue_named
from shared.queue.settings import QueueSettings
from tests.contract.queues import AMQP
from tests.contract.servers import free_address
from tests.contract.workers import own_queues


def test_a_message_holds_a_key_and_survives_the_broker() -> None:
    prefix, key = f"onbeat-tests-{uuid.uuid4().hex}.", "a" * 64
    publisher = CeleryPublisher(QueueSettings(AMQP, prefix=prefix))
    publisher.publish(Letter(key, "render", "a tenant's secret"))
    publisher.close()
    with kombu.Connection(AMQP) as connection:
        channel = connection.channel()
        bound = queue_named(f"{prefix}render")(channel)
        bound.declare()  # fails if it is not the quorum queue that workers declare
        message = None
        deadline = time.monotonic() + 5
        while message is None and time.monotonic() < deadline:
            message = bound.get(no_ack=True)
        bound.delete()
    assert message is not None
    assert message.headers["task"] == TASK
    assert message.properties["delivery_mode"] == 2
    assert message.payload[:2] == [[key], {}]
    assert "secret" not in str(message.headers) + str(message.payload)


def test_a_broker_that_is_away_is_named_without_its_password() -> None:
    address = free_address()
    publisher = CeleryPublisher(QueueSettings(f"amqp://u:hunter2@{address}//"))
    with pytest.raises(Unavailable, match=address) as caught:
        publisher.publish(Letter("a" * 64, "render", ""))
    publisher.close()
    assert "hunter2" not in caught.value.message


def test_no_broker_is_refused() -> None:
    with pytest.raises(InvalidInput, match="ONBEAT_BROKER"):
        make_app(QueueSettings())


def test_a_worker_takes_only_what_it_performs_and_makes_no_queues_for_later() -> None:
    conf = make_app(QueueSettings(AMQP), ["render"]).conf
    assert (conf.worker_prefetch_multiplier, conf.task_acks_late) == (1, True)
    assert conf.result_backend is None
    steps = LeanConsumer.Blueprint.default_steps
    assert any("tasks:Tasks" in step for step in steps)
    assert not any("delayed_delivery" in step for step in steps)


def test_workers_of_a_queue_are_counted() -> None:
    with own_queues("films") as prefix:
        publisher = CeleryPublisher(QueueSettings(AMQP, prefix=prefix))
        assert publisher.count_workers("films") == 0
        with kombu.Connection(AMQP) as connection, connection.channel() as channel:
            queue_named(f"{prefix}films")(channel).consume()
            assert publisher.count_workers("films") == 1
        publisher.close()
    away = CeleryPublisher(QueueSettings(f"amqp://u:hunter2@{free_address()}//"))
    with pytest.raises(Unavailable, match="does not answer"):
        away.count_workers("films")
    away.close()


def test_a_queue_of_another_kind_is_told_and_not_used() -> None:
    name = f"onbeat-tests-{uuid.uuid4().hex}"
    with kombu.Connection(AMQP) as connection, connection.channel() as channel:
        classic = kombu.Queue(name, routing_key=name)(channel)
        classic.declare()
        publisher = CeleryPublisher(QueueSettings(AMQP))
        with pytest.raises(Unavailable, match=r"PRECONDITION_FAILED.*x-queue-type"):
            publisher.publish(Letter("a" * 64, name, ""))
        publisher.close()
        classic.delete()
