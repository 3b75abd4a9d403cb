"""The server's end of a call: perform an action, tell how far it is, answer or fail."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Never

import grpc

from shared import telemetry
from shared.errors import OnbeatError, Unavailable
from shared.rpc.load import Load
from shared.rpc.service import Method, Service
from shared.rpc.status import ERROR_TRAILER, status_of
from shared.runner import Answer, LocalRunner, Progress
from shared.wire import (
    Accepted,
    Busy,
    Event,
    Finished,
    Found,
    Progressed,
    error_to_wire,
    event_to_wire,
    found_to_wire,
    request_from_wire,
    shortened,
)

_LOG = logging.getLogger("onbeat.rpc")


class _Watch:
    """The latest that is known of one key; a slow reader misses steps, it does not pile them up."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self.fraction = 0.0

    def tell(self, fraction: float) -> None:
        self.fraction = max(self.fraction, fraction)
        self.changed.set()


class ActionCalls:
    """All calls of one service; give `show` to the runner as its `on_progress`."""

    def __init__(self, service: Service, load: Load) -> None:
        self._service = service
        self._load = load
        self._watches: dict[str, set[_Watch]] = {}

    def show(self, progress: Progress) -> None:
        """Pass progress on to every call that waits for the key."""
        for watch in self._watches.get(progress.key, ()):
            watch.tell(progress.fraction)

    def handlers(self, runner: LocalRunner) -> grpc.GenericRpcHandler:
        """The methods of the service, and `Find`."""
        handlers: dict[str, Any] = {
            method.name: grpc.unary_stream_rpc_method_handler(self._performer(runner, method))
            for method in self._service.methods
        }
        handlers["Find"] = grpc.unary_unary_rpc_method_handler(self._finder(runner))
        return grpc.method_handlers_generic_handler(self._service.full_name, handlers)

    def _performer(
        self, runner: LocalRunner, method: Method
    ) -> Callable[[bytes, grpc.aio.ServicerContext[Any, Any]], Awaitable[None]]:
        async def perform(data: bytes, context: grpc.aio.ServicerContext[Any, Any]) -> None:
            async def send(event: Event) -> None:
                await context.write(event_to_wire(event))

            try:
                with self._observed(context, method.name), self._load.call(len(data)):
                    async with asyncio.timeout(method.deadline_seconds):
                        await self._perform(runner, method, data, send)
            except asyncio.CancelledError:
                _LOG.info("%s was cancelled by its caller", method.name)
                raise
            except OnbeatError as error:
                _LOG.info("%s failed: %s: %s", method.name, error.code, shortened(error.message))
                await _fail(context, status_of(error), error)
            except TimeoutError:
                late = Unavailable(
                    f"{method.request.__name__} did not finish within "
                    f"{method.deadline_seconds:g} s, the deadline of {method.name}"
                )
                await _fail(context, grpc.StatusCode.DEADLINE_EXCEEDED, late)
            except Exception as error:
                await _fail(context, grpc.StatusCode.INTERNAL, self._unexpected(error, method.name))

        return perform

    async def _perform(
        self,
        runner: LocalRunner,
        method: Method,
        data: bytes,
        send: Callable[[Event], Awaitable[None]],
    ) -> None:
        request, salt = request_from_wire(data, {method.request.__name__: method.request})
        key = runner.key_of(request, salt=salt)

        def is_stored() -> bool:
            return runner.find_stored(request, salt=salt) is not None

        with self._load.action(key, is_stored), self._watching(key) as watch:
            await send(Accepted(key, runner.backend_of(request).action))
            task = asyncio.create_task(runner.ask(request, salt=salt))
            task.add_done_callback(lambda _: watch.changed.set())
            try:
                await _send_progress(watch, task, send)
                answer = await task
            finally:
                task.cancel()  # Nobody waits here any more; the last to leave stops the work.
        await send(Progressed(1.0))
        record = answer.record
        if not record.hit:
            self._load.ran(record.seconds)
        done = "was in the store" if record.hit else f"ran {record.seconds:.2f} s"
        extra = {"onbeat_key": key, "onbeat_method": method.name, "onbeat_hit": record.hit}
        _LOG.info("%s %s %s", method.name, key[:12], done, extra=extra)
        await send(
            Finished(
                record.key, record.action, answer.digest, record.hit, record.seconds, record.reason
            )
        )

    def _finder(
        self, runner: LocalRunner
    ) -> Callable[[bytes, grpc.aio.ServicerContext[Any, Any]], Awaitable[bytes]]:
        types = {method.request.__name__: method.request for method in self._service.methods}

        async def find(data: bytes, context: grpc.aio.ServicerContext[Any, Any]) -> bytes:
            try:
                with self._observed(context, "Find"):
                    request, salt = request_from_wire(data, types)
                    key = runner.key_of(request, salt=salt)
                    return found_to_wire(Found(key, runner.find_stored(request, salt=salt)))
            except OnbeatError as error:
                await _fail(context, status_of(error), error)
            except Exception as error:
                await _fail(context, grpc.StatusCode.INTERNAL, self._unexpected(error, "Find"))

        return find

    @contextmanager
    def _observed(self, context: grpc.aio.ServicerContext[Any, Any], method: str) -> Iterator[None]:
        with (
            telemetry.received(context.invocation_metadata() or ()),
            telemetry.calling("server", self._service.name, method),
        ):
            yield

    @contextmanager
    def _watching(self, key: str) -> Iterator[_Watch]:
        watch = _Watch()
        self._watches.setdefault(key, set()).add(watch)
        try:
            yield watch
        finally:
            self._watches[key].discard(watch)
            if not self._watches[key]:
                del self._watches[key]

    def _unexpected(self, error: Exception, method: str) -> OnbeatError:
        # A traceback holds paths and data of the server: the log gets it, the caller its number.
        number = uuid.uuid4().hex[:12]
        _LOG.error("%s %s failed unexpectedly (%s)", self._service.name, method, number)
        _LOG.error("%s", number, exc_info=error)
        return OnbeatError(
            f"{self._service.name} failed unexpectedly in {method} ({type(error).__name__}); "
            f"its log says more under {number}"
        )


async def _send_progress(
    watch: _Watch, task: asyncio.Task[Answer], send: Callable[[Event], Awaitable[None]]
) -> None:
    """Send what changes until the task ends, below 1 and never falling."""
    sent = -1.0
    while True:
        await watch.changed.wait()
        watch.changed.clear()
        if task.done():
            return
        if sent < watch.fraction < 1.0:
            sent = watch.fraction
            await send(Progressed(sent))


async def _fail(
    context: grpc.aio.ServicerContext[Any, Any], code: grpc.StatusCode, error: OnbeatError
) -> Never:
    # Status texts are one line of ASCII on the wire; the trailer has the message as it is.
    trailer: tuple[tuple[str, str | bytes], ...] = ((ERROR_TRAILER, error_to_wire(error)),)
    if isinstance(error, Busy):  # for clients in other languages whose gRPC asks again by itself
        trailer += (("grpc-retry-pushback-ms", str(round(error.retry_after_seconds * 1000))),)
    await context.abort(code, shortened(error.message), trailing_metadata=trailer)
    raise AssertionError("abort returned")
