from __future__ import annotations

import pytest

from shared.errors import InvalidInput
from shared.queue.settings import QueueSettings

BROKER = "amqp://user:hunter2@broker.example:5672/films"


def test_without_a_broker_nothing_is_handed_over() -> None:
    found = QueueSettings.from_environment({"ONBEAT_QUEUES": "*"})
    assert not found.hands("render")


def test_patterns_say_what_is_handed_over() -> None:
    found = QueueSettings.from_environment({"ONBEAT_BROKER": BROKER})
    assert [found.hands(one) for one in ("generate.wan", "render")] == [True, False]
    some = {"ONBEAT_BROKER": BROKER, "ONBEAT_QUEUES": "render, generate.l*"}
    found = QueueSettings.from_environment(some)
    wanted = ("render", "generate.ltx2", "generate.wan")
    assert [found.hands(one) for one in wanted] == [True, True, False]


def test_films_are_made_here_unless_they_are_asked_for() -> None:
    found = QueueSettings.from_environment({"ONBEAT_BROKER": BROKER})
    assert [found.hands(one) for one in ("films", "encode.wan")] == [False, True]
    cluster = {"ONBEAT_BROKER": BROKER, "ONBEAT_QUEUES": "films,render,generate.*,encode.*"}
    assert QueueSettings.from_environment(cluster).hands("films")


def test_times_are_read() -> None:
    names = ("QUEUE_PATIENCE_SECONDS", "QUEUE_REPUBLISH_SECONDS", "DRAIN_SECONDS")
    found = QueueSettings.from_environment({f"ONBEAT_{name}": "1.5" for name in names})
    assert (found.patience_seconds, found.republish_seconds, found.drain_seconds) == (1.5, 1.5, 1.5)
    assert QueueSettings.from_environment({}).drain_seconds < 30, "before Kubernetes kills"


def test_the_password_is_never_shown() -> None:
    found = QueueSettings.from_environment({"ONBEAT_BROKER": BROKER})
    assert found.address == "amqp://broker.example:5672/films"
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ONBEAT_BROKER", "redis://user:hunter2@x"),
        ("ONBEAT_BROKER", "amqp:user:hunter2"),
        ("ONBEAT_BROKER", "amqp://user:hunter2@x:port"),
        ("ONBEAT_QUEUE_PATIENCE_SECONDS", "soon"),
        ("ONBEAT_QUEUE_PATIENCE_SECONDS", "0"),
        ("ONBEAT_QUEUE_REPUBLISH_SECONDS", "-1"),
        ("ONBEAT_DRAIN_SECONDS", "inf"),
    ],
)
def test_what_cannot_be_used_is_refused_without_the_password(name: str, text: str) -> None:
    with pytest.raises(InvalidInput, match=name) as caught:
        QueueSettings.from_environment({name: text})
    assert "hunter2" not in caught.value.message
