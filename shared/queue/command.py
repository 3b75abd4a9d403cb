"""The command line of a service's workers: `worker --queues generate.wan,render`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace

from shared import telemetry
from shared.actions import Registry
from shared.errors import InvalidInput, OnbeatError
from shared.queue.settings import QueueSettings
from shared.settings import Settings


def main(
    name: str, registry: Registry, queues: Sequence[str], arguments: Sequence[str] | None = None
) -> int:
    """Take work from `queues` until SIGTERM, then end what has begun; returns the exit code.

    One line on standard output says the queues as soon as it takes work. A second SIGTERM ends at
    once: what ran then is done again elsewhere.
    """
    options = _parser(name, queues).parse_args(arguments)
    try:
        wanted = _wanted(options.queues, queues)
        settings, queue_settings = Settings.from_environment(), QueueSettings.from_environment()
        metrics = telemetry.start(f"onbeat-{name}-worker", serves=True)
        return _work(name, registry, wanted, options.concurrency, settings, queue_settings, metrics)
    except OnbeatError as error:
        print(f"{name}: {error.message}", file=sys.stderr)
        return error.exit_code
    finally:
        telemetry.stop()


def _work(
    name: str,
    registry: Registry,
    queues: Sequence[str],
    concurrency: int,
    settings: Settings,
    queue_settings: QueueSettings,
    metrics: str | None,
) -> int:
    try:
        from shared.queue.broker import work
    except ImportError as error:
        raise InvalidInput(f"a worker needs {error.name}; install onbeat[queue]") from error
    from shared.queue.performer import Performer

    performer = Performer(replace(settings, workers=concurrency), registry)

    def ready() -> None:
        also = f", metrics on {metrics}" if metrics else ""
        print(
            f"{name} takes {', '.join(queues)} from {queue_settings.address}, "
            f"store {settings.store}{also}",
            flush=True,
        )
        _end_at_second_signal()

    try:
        return work(queue_settings, queues, concurrency, performer.perform, ready)
    finally:
        performer.close()


def _end_at_second_signal() -> None:
    graceful = signal.getsignal(signal.SIGTERM)

    def on_signal(number: int, frame: object) -> None:
        signal.signal(signal.SIGTERM, lambda *_: os._exit(143))
        if callable(graceful):
            graceful(number, frame)  # type: ignore[arg-type]

    signal.signal(signal.SIGTERM, on_signal)


def _parser(name: str, queues: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=name, description=f"A worker of Onbeat's {name}.")
    worker = parser.add_subparsers(required=True, metavar="worker").add_parser(
        "worker", help="take work from queues until SIGTERM"
    )
    worker.add_argument(
        "--queues", required=True, metavar="NAME,NAME", help=f"of {', '.join(queues)}"
    )
    worker.add_argument(
        "--concurrency",
        type=_positive,
        default=1,
        metavar="N",
        help="processes that perform, each with models of its own: 1 for a GPU (default 1)",
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
