"""The client's end: one service at one address, its methods called with requests of ours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import grpc

from shared import telemetry
from shared.errors import InvalidInput
from shared.rpc.channel import MAX_MESSAGE_BYTES, open_channel
from shared.rpc.service import Service
from shared.rpc.settings import RpcSettings
from shared.rpc.status import ConnectionLost, error_of
from shared.wire import (
    Accepted,
    BadAnswer,
    Event,
    Finished,
    Found,
    event_from_wire,
    found_from_wire,
    request_to_wire,
)


class ServiceClient:
    """Calls one service. Make and use it in one event loop; `close` it at the end."""

    def __init__(self, service: Service, address: str, settings: RpcSettings) -> None:
        self._service = service
        self._peer = f"{service.name} at {address}"
        self._patience_seconds = settings.patience_seconds
        self._channel = open_channel(address, service, settings)

    @property
    def peer(self) -> str:
        """Who is called, for messages: "audio_sync at localhost:7001"."""
        return self._peer

    async def perform(
        self, request: Any, salt: str = "", on_event: Callable[[Event], None] = lambda event: None
    ) -> Finished:
        """Call the method that owns the request once; `on_event` sees every event.

        Cancelling stops the work, unless others wait for it. Raises the error that the service
        raised; `ConnectionLost` when it is not there within the patience, or goes away; `Busy`;
        `BadAnswer`; `Unavailable` when the method's deadline has passed.
        """
        method = self._service.method_of(type(request))
        data = request_to_wire(request, salt)
        if len(data) > MAX_MESSAGE_BYTES:
            raise InvalidInput(
                f"{type(request).__name__} of {len(data)} bytes: {self._peer} takes at most "
                f"{MAX_MESSAGE_BYTES}"
            )
        start = self._channel.unary_stream(f"/{self._service.full_name}/{method.name}")
        with telemetry.calling("client", self._service.name, method.name) as seen:
            # Without an answer within the patience the deadline, which is for work, is not waited
            # for.
            call = start(
                data,
                timeout=method.deadline_seconds,
                wait_for_ready=True,
                metadata=telemetry.carried(),
            )
            try:
                on_event(await self._first(call))
                done = await self._rest(call, on_event)
            except grpc.aio.AioRpcError as error:
                raise error_of(error, self._peer) from None
            except BadAnswer as error:
                raise self._rubbish(error) from None
            finally:
                call.cancel()
            seen.key, seen.hit = done.key, done.hit
            return done

    async def find(self, request: Any, salt: str = "") -> Found:
        """The key of a request and its stored result, without performing anything."""
        ask = self._channel.unary_unary(f"/{self._service.full_name}/Find")
        data = request_to_wire(request, salt)
        try:
            answer = await ask(data, timeout=self._patience_seconds, wait_for_ready=True)
            return found_from_wire(answer)
        except grpc.aio.AioRpcError as error:
            raise error_of(error, self._peer) from None
        except BadAnswer as error:
            raise self._rubbish(error) from None

    async def close(self) -> None:
        """Cancel all calls and give the connection up."""
        await self._channel.close()

    async def _first(self, call: Any) -> Accepted:
        try:
            async with asyncio.timeout(self._patience_seconds):
                event = _event(await call.read())
        except TimeoutError:
            raise ConnectionLost(
                f"{self._peer} did not answer within {self._patience_seconds:g} s"
            ) from None
        if not isinstance(event, Accepted):
            raise BadAnswer("the call went on before it was accepted")
        return event

    def _rubbish(self, error: BadAnswer) -> BadAnswer:
        return BadAnswer(f"{self._peer} answered rubbish: {error.message}")

    async def _rest(self, call: Any, on_event: Callable[[Event], None]) -> Finished:
        while True:
            event = _event(await call.read())
            on_event(event)
            if isinstance(event, Finished):
                # To its very end, or the server would take our leaving for a cancellation.
                if await call.read() is not grpc.aio.EOF:
                    raise BadAnswer("the call went on after its result")
                return event


def _event(data: Any) -> Event:
    if data is grpc.aio.EOF:
        raise BadAnswer("the call ended without a result")
    return event_from_wire(data)
