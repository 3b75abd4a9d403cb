"""The command line of a service's workers: `worker --queues generate.wan,render`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from shared import telemetry
from shared.actions import Registry
from shared.errors import InvalidInput, OnbeatError
from shared.queue.settings import QueueSettings
from shared.settings import Settings

_CONCURRENCY = "processes that perform, each with models of its own: 1 for a GPU (default 1)"


class Worker(Protocol):
    """Who does the work: made when the command line was understood, closed at its end."""

    def perform(self, queue: str) -> str | None:
        """Do what comes next in a queue; words for the log, or None: it is for somebody else.

        Raises `Unavailable` when the store cannot be used just now.
        """

    def drain(self) -> None:
        """SIGTERM has come; called by a handler of signals, so it returns at once."""

    def close(self) -> None:
        """Nothing runs any more, or nothing should."""


def main(
    name: str, registry: Registry, queues: Sequence[str], arguments: Sequence[str] | None = None
) -> int:
    """Perform the actions that come through `queues` until SIGTERM, then end what has begun.

    Returns the exit code. One line on standard output says the queues as soon as it takes work. A
    second SIGTERM ends at once: what ran then is done again elsewhere.
    """

    def performer(settings: Settings, _: QueueSettings) -> Worker:
        from shared.queue.performer import Performer

        return Performer(settings, registry)

    return take_work(name, queues, performer, _CONCURRENCY, arguments)


def take_work(
    name: str,
    queues: Sequence[str],
    open_worker: Callable[[Settings, QueueSettings], Worker],
    concurrency: str,
    arguments: Sequence[str] | None = None,
) -> int:
    """The same for any worker; `concurrency` says what a process does at once, "" means one.

    `settings.workers` is the concurrency, if there is a choice.
    """
    options = _parser(name, queues, concurrency).parse_args(arguments)
    try:
        wanted = _wanted(options.queues, queues)
        settings, queue_settings = Settings.from_environment(), QueueSettings.from_environment()
        metrics = telemetry.start(f"onbeat-{name}-worker", serves=True)
        if concurrency:
            settings = replace(settings, workers=options.concurrency)
        also = f", metrics on {metrics}" if metrics else ""
        line = f"{name} takes {', '.join(wanted)} from {queue_settings.address}, "
        line += f"store {settings.store}{also}"
        return _work(
            wanted,
            options.concurrency,
            queue_settings,
            lambda: open_worker(settings, queue_settings),
            line,
        )
    except OnbeatError as error:
        print(f"{name}: {error.message}", file=sys.stderr)
        return error.exit_code
    finally:
        telemetry.stop()


def _work(
    queues: Sequence[str],
    concurrency: int,
    queue_settings: QueueSettings,
    open_worker: Callable[[], Worker],
    line: str,
) -> int:
    try:
        from shared.queue.broker import work
    except ImportError as error:
        raise InvalidInput(f"a worker needs {error.name}; install onbeat[queue]") from error
    worker = open_worker()

    def ready() -> None:
        _at_signals(worker.drain)
        print(line, flush=True)

    try:
        return work(queue_settings, queues, concurrency, worker.perform, ready)
    finally:
        worker.close()


def _at_signals(drain: Callable[[], None]) -> None:
    """The first SIGTERM or Ctrl-C drains, a second one ends at once."""
    graceful = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def on_signal(number: int, frame: object) -> None:
        for one in graceful:
            signal.signal(one, lambda number, _: os._exit(128 + number))
        drain()
        handler = graceful[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)  # type: ignore[arg-type]

    for number in graceful:
        signal.signal(number, on_signal)


def _parser(name: str, queues: Sequence[str], concurrency: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=name, description=f"A worker of Onbeat's {name}.")
    worker = parser.add_subparsers(required=True, metavar="worker").add_parser(
        "worker", help="take work from queues until SIGTERM"
    )
    worker.add_argument(
        "--queues", required=True, metavar="NAME,NAME", help=f"of {', '.join(queues)}"
    )
    worker.add_argument(
        "--concurrency",
        type=_positive if concurrency else _one,
        default=1,
        metavar="N" if concurrency else "1",
        help=concurrency or "1 is the only choice: for more at once, start more processes",
    )
    return parser


def _wanted(text: str, queues: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    unknown = [one for one in wanted if one not in queues]
    if unknown or not wanted:
        shown = repr(unknown[0]) if unknown else "nothing"
        raise InvalidInput(f"--queues: found {shown}; expected some of {', '.join(queues)}")
    return wanted


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text!r}")
    return int(text)


def _one(text: str) -> int:
    if text.strip() != "1":
        raise argparse.ArgumentTypeError(
            f"expected 1, got {text!r}; for more at once, start more processes"
        )
    return 1
