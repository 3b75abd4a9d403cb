"""The skeleton of every service: listen, perform, say how healthy it is, stop gracefully."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from shared import telemetry
from shared.actions import Registry
from shared.errors import OnbeatError
from shared.queue.settings import NO_QUEUE, QueueSettings
from shared.rpc.calls import ActionCalls
from shared.rpc.channel import add_port, new_server
from shared.rpc.load import Load
from shared.rpc.service import Service
from shared.rpc.settings import RpcSettings
from shared.runner import LocalRunner, Progress
from shared.settings import Settings

_SERVING = health_pb2.HealthCheckResponse.SERVING


@dataclass(frozen=True, slots=True)
class Offer:
    """What a process serves: a service, and who performs its requests.

    `queue_of` names the queue of a request, or None for one that the server performs itself;
    without it there are no workers of this service.
    """

    service: Service
    registry: Registry
    queue_of: Callable[[Any], str | None] | None = None


async def serve(
    offer: Offer,
    address: str,
    settings: Settings,
    rpc_settings: RpcSettings,
    *,
    stop: asyncio.Event,
    queue_settings: QueueSettings = NO_QUEUE,
    on_ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve until `stop` is set, then let calls go on for `grace_seconds` and end.

    `on_ready` gets the address with the port taken. Raises `Unavailable` for an address that is
    taken, `InvalidInput` for one that is none.
    """
    load = Load(offer.service.name, rpc_settings, settings.workers)
    calls = ActionCalls(offer.service, load)
    runner = _runner(offer, settings, queue_settings, calls.show)
    async with runner, new_server(rpc_settings) as server:
        taken = add_port(server, address, rpc_settings)
        server.add_generic_rpc_handlers((calls.handlers(runner),))
        healthy = health.aio.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(healthy, server)
        names = (offer.service.full_name, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, server)
        await server.start()
        for name in ("", offer.service.full_name):
            await healthy.set(name, _SERVING)
        on_ready(taken)
        try:
            await stop.wait()
        finally:
            await healthy.enter_graceful_shutdown()  # Told before calls are refused.
            await server.stop(rpc_settings.grace_seconds)


def main(
    name: str,
    offer: Callable[[RpcSettings], Offer],
    arguments: Sequence[str] | None = None,
) -> int:
    """The command line of a service: `--listen host:port`; returns the exit code.

    One line on standard output says the address as soon as it serves. SIGTERM and Ctrl-C stop it
    gracefully, a second one at once.
    """
    parser = argparse.ArgumentParser(prog=name, description=f"The gRPC service {name} of Onbeat.")
    parser.add_argument(
        "--listen", metavar="HOST:PORT", default="127.0.0.1:0", help="0 takes any free port"
    )
    options = parser.parse_args(arguments)
    try:
        metrics = telemetry.start(f"onbeat-{name}", serves=True)
        asyncio.run(_run(name, offer, options.listen, metrics))
    except OnbeatError as error:
        print(f"{name}: {error.message}", file=sys.stderr)
        return error.exit_code
    except asyncio.CancelledError:
        return 143
    finally:
        telemetry.stop()
    return 0


async def _run(
    name: str, offer: Callable[[RpcSettings], Offer], address: str, metrics: str | None
) -> None:
    settings, rpc_settings = Settings.from_environment(), RpcSettings.from_environment()
    stop = asyncio.Event()
    this = asyncio.current_task()

    def on_signal() -> None:
        if stop.is_set() and this is not None:
            this.cancel()
        stop.set()

    def on_ready(taken: str) -> None:
        how = "mTLS" if rpc_settings.tls_ca else "TLS"
        encrypted = how if rpc_settings.tls_certificate else "no TLS"
        also = f", metrics on {metrics}" if metrics else ""
        print(f"{name} listens on {taken} ({encrypted}), store {settings.store}{also}", flush=True)

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, on_signal)
    await serve(
        offer(rpc_settings),
        address,
        settings,
        rpc_settings,
        stop=stop,
        queue_settings=QueueSettings.from_environment(),
        on_ready=on_ready,
    )


def _runner(
    offer: Offer,
    settings: Settings,
    queue_settings: QueueSettings,
    on_progress: Callable[[Progress], None],
) -> LocalRunner:
    if offer.queue_of is None or not queue_settings.broker:
        return LocalRunner(settings, offer.registry, on_progress=on_progress)
    from shared.queue.handing import queue_runner  # Celery is loaded, and needed, only then.

    return queue_runner(
        settings, offer.registry, queue_settings, offer.queue_of, on_progress=on_progress
    )
