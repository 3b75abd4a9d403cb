"""Servers of our own: killed and stopped, they are back with what they had."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import kombu
import psycopg
import pytest

from examples.cluster import broker as broker_module
from examples.cluster.servers import (
    ACCESS_KEY,
    SECRET_KEY,
    Broker,
    PostgresServer,
    S3Server,
    delete_queues,
    rabbitmq_server,
)
from shared.errors import Unavailable


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not pytest's own: root's PostgreSQL runs as somebody who may not reach that.
    with tempfile.TemporaryDirectory(prefix="onbeat-servers-") as name:
        yield Path(name)


# RabbitMQ 3.10 registers a new quorum queue on disk within half a second; killed before, it
# knows the queue and cannot open it any more.
_REGISTERED_SECONDS = 2.0


@pytest.mark.skipif(rabbitmq_server() is None, reason="RabbitMQ is not installed")
def test_a_broker_keeps_its_messages(folder: Path) -> None:
    broker = Broker(folder)
    broker.start()
    try:
        with _queue(broker) as queue:
            queue.put("before the kill")
        time.sleep(_REGISTERED_SECONDS)
        broker.kill()
        broker.start()
        with _queue(broker) as queue:
            queue.put("before the stop")
            message = queue.get(timeout=30)
            assert message.payload == "before the kill"
            message.ack()
        assert broker.stop() == 0
        assert broker.stop() == 0, "once more"
        broker.start()
        with _queue(broker) as queue:
            assert queue.get(timeout=30).payload == "before the stop"
        delete_queues(broker.url, ["films", "never there"])
        with _queue(broker) as queue:
            assert queue.qsize() == 0
    finally:
        broker.kill()
    assert broker.ports[0] != 5672
    assert (folder / ".erlang.cookie").exists(), "it has a cookie of its own"


@contextmanager
def _queue(broker: Broker) -> Iterator[kombu.simple.SimpleQueue]:
    with kombu.Connection(broker.url) as connection:
        queue = kombu.Queue(
            "films", routing_key="films", queue_arguments={"x-queue-type": "quorum"}
        )
        found = connection.SimpleQueue(queue)
        found.producer.channel.confirm_select()
        yield found


def test_a_missing_rabbitmq_is_said_in_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_module, "_USUAL_FOLDERS", ())
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(Unavailable, match=r"apt install rabbitmq-server.*ONBEAT_BROKER=") as error:
        Broker(folder).start()
    assert "\n" not in error.value.message


def test_postgres_keeps_its_rows(folder: Path) -> None:
    server = PostgresServer(folder)
    server.start()
    try:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE films AS SELECT 7 AS number")
        server.kill()
        server.start()
        with psycopg.connect(server.environment["ONBEAT_DATABASE"]) as connection:
            assert connection.execute("SELECT number FROM films").fetchall() == [(7,)]
        assert server.stop() == 0
        assert server.child is None
    finally:
        server.kill()


def test_s3_keeps_its_objects(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    server = S3Server(folder / "s3")
    server.start()
    try:
        digest = server.blobs(folder / "cache", "films/").put(b"a blob")
        assert server.stop() == 0
        server.start()
        assert server.blobs(folder / "another cache", "films/").read(digest) == b"a blob"
        assert server.environment["ONBEAT_S3_ENDPOINT"] == server.endpoint
    finally:
        server.kill()
    assert os.environ["AWS_ACCESS_KEY_ID"] == server.environment["AWS_ACCESS_KEY_ID"]
