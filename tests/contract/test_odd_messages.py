"""Messages that are none, in the queue of a real RabbitMQ: said in the log, dropped, and passed by.

A message is only a knock: what is wanted is in the row, so nothing is lost with one.
"""

from __future__ import annotations

import asyncio
import json
import pickle
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import kombu
import pytest

from shared.queue.broker import TASK
from tests.contract.deed_server import QUEUE
from tests.contract.deeds import Deed
from tests.contract.queues import AMQP
from tests.contract.servers import wait_until
from tests.contract.worlds import World, files, over_both

_JSON = {"content_type": "application/json", "content_encoding": "utf-8"}
_MAX_LOG_BYTES = 2_000


def task(args: Any, name: str = TASK, **headers: Any) -> dict[str, Any]:
    """A message as Celery writes it."""
    embed = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
    head = {
        "lang": "py",
        "task": name,
        "id": "0" * 8,
        "root_id": "0" * 8,
        "argsrepr": "",
        **headers,
    }
    return {"body": json.dumps([args, {}, embed]).encode(), "headers": head, **_JSON}


ODD: dict[str, dict[str, Any]] = {
    "nothing": {"body": b""},
    "noise": {"body": bytes(range(256)), **_JSON},
    "text that is no task": {"body": b'"hello"', **_JSON},
    "a list": {"body": b"[]", **_JSON},
    "another program's": {"body": b'{"task": 5, "id": []}', **_JSON},
    "code": {
        "body": pickle.dumps([[1], {}, {}]),
        "content_type": "application/x-python-serialize",
        "content_encoding": "binary",
    },
    "an unknown kind": {"body": b"<a/>", "content_type": "text/xml", "content_encoding": "utf-8"},
    "no key": task([]),
    "many keys": task(["a" * 64, "b" * 64]),
    "a number": task([123]),
    "a nothing": task([None]),
    "a mapping": task([{"key": ["a"]}]),
    "a key of a megabyte": task(["k" * (1 << 20)]),
    "another task": task(["a" * 64], "onbeat.unheard_of"),
    "a compression that does not exist": task(["a" * 64], compression="application/x-odd"),
    "sixteen megabytes": {"body": b"\xfe" * (16 << 20), **_JSON},
    "for yesterday": task(["a" * 64], expires="2001-01-01T00:00:00+00:00"),
    "for no day": task(["a" * 64], eta="soon"),
    "for the year 9999": task(["a" * 64], eta="9999-01-01T00:00:00+00:00"),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with over_both(files(tmp_path_factory.mktemp("odd"))) as found:
        yield found


@pytest.mark.parametrize("message", ODD.values(), ids=ODD)
async def test_an_odd_message_is_said_and_dropped(
    world: World, message: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    assert world.worker is not None
    log, said = world.worker.log, world.worker.log.stat().st_size
    for _ in range(3):  # more than the worker performs at once
        _send(world.prefix + QUEUE, **message)
    async with world.open() as runner:
        text = request.node.name
        assert runner.blobs.read(await runner.run(Deed(text))) == text.encode()
    await asyncio.to_thread(wait_until, lambda: _num_messages(world) == 0)
    assert world.worker.process.poll() is None
    with log.open() as stream:
        stream.seek(said)
        lines = stream.read()
    assert f"{QUEUE}: dropped a message that is none of ours: " in lines
    assert len(lines) < _MAX_LOG_BYTES


def _send(queue: str, body: bytes, **more: Any) -> None:
    with kombu.Connection(AMQP) as connection, closing(connection.channel()) as channel:
        properties = {"content_type": "", "content_encoding": "", "headers": {}, **more}
        message = channel.prepare_message(body, **properties)
        channel.basic_publish(message, exchange="", routing_key=queue)


def _num_messages(world: World) -> int:
    """In the queue; and if the worker holds on to one, it takes none after it."""
    with kombu.Connection(AMQP) as connection, closing(connection.channel()) as channel:
        declared = channel.queue_declare(world.prefix + QUEUE, passive=True)
        return int(declared.message_count)
