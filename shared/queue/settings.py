"""Settings of the queue, from the environment."""

from __future__ import annotations

import fnmatch
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from shared.errors import InvalidInput
from shared.queue.pulse import PULSE_VARIABLE


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """Which broker there is, and what goes through it.

    `broker` is "amqp://USER:PASSWORD@HOST:PORT/VHOST" (or amqps); "" is none. `handed` are
    patterns of the queues that a server hands its work to (those of model families, which need a
    GPU); what no pattern matches it performs itself. `prefix` comes before the names of queues at
    the broker, for several deployments on one. After `patience_seconds` without the broker,
    whoever waits is told so. A message that nobody took for `republish_seconds` is sent again. A
    worker touches the file `pulse` whenever it turns to its broker (`shared.queue.pulse`); one of
    films that is told to end gives a film back after `drain_seconds`.
    """

    broker: str = field(default="", repr=False)
    handed: tuple[str, ...] = ("generate.*", "encode.*")
    prefix: str = ""
    patience_seconds: float = 60.0
    pulse: Path | None = None
    republish_seconds: float = 60.0
    drain_seconds: float = 25.0

    def hands(self, queue: str) -> bool:
        """Whether a server with these settings hands the work of a queue to its workers."""
        return bool(self.broker) and any(fnmatch.fnmatchcase(queue, one) for one in self.handed)

    @property
    def address(self) -> str:
        """The broker as it may be shown: without user and password."""
        parts = urlsplit(self.broker)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> QueueSettings:
        """Read the variables that docs/queue.md lists.

        Raises `InvalidInput` for values that cannot be used; its message has no password.
        """
        broker = environment.get("ONBEAT_BROKER") or ""
        if broker:
            _check_address(broker)
        handed = tuple(
            one.strip() for one in environment.get("ONBEAT_QUEUES", "").split(",") if one.strip()
        )
        prefix = environment.get("ONBEAT_QUEUE_PREFIX", "")
        pulse = environment.get(PULSE_VARIABLE)
        return cls(
            broker,
            handed or cls().handed,
            prefix,
            _seconds(environment, "ONBEAT_QUEUE_PATIENCE_SECONDS", cls().patience_seconds),
            Path(pulse) if pulse else None,
            _seconds(environment, "ONBEAT_QUEUE_REPUBLISH_SECONDS", cls().republish_seconds),
            _seconds(environment, "ONBEAT_DRAIN_SECONDS", cls().drain_seconds),
        )


NO_QUEUE = QueueSettings()


def _check_address(broker: str) -> None:
    parts = urlsplit(broker)
    try:
        is_odd = parts.scheme not in ("amqp", "amqps") or not parts.hostname or parts.port == 0
    except ValueError:
        is_odd = True
    if is_odd:
        raise InvalidInput(
            "ONBEAT_BROKER: expected RabbitMQ as in 'amqp://USER:PASSWORD@HOST:5672/VHOST', "
            "special characters as %XX"
        )


def _seconds(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise InvalidInput(f"{name}: expected a number above 0, got {text!r}")
    return value
