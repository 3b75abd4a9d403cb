"""Errors as gRPC statuses: the class and the message of ours arrive as they were raised."""

from __future__ import annotations

import grpc

from shared.errors import (
    Cancelled,
    Conflict,
    InvalidInput,
    MissingBlob,
    ModelFailure,
    NotFound,
    OnbeatError,
    Unavailable,
)
from shared.wire import BadAnswer, Busy, Unreadable, error_from_wire

ERROR_TRAILER = "onbeat-error-bin"

_STATUSES: dict[type[OnbeatError], grpc.StatusCode] = {
    InvalidInput: grpc.StatusCode.INVALID_ARGUMENT,
    NotFound: grpc.StatusCode.NOT_FOUND,
    Conflict: grpc.StatusCode.ABORTED,
    MissingBlob: grpc.StatusCode.FAILED_PRECONDITION,
    ModelFailure: grpc.StatusCode.INTERNAL,
    Unavailable: grpc.StatusCode.UNAVAILABLE,
    Cancelled: grpc.StatusCode.CANCELLED,
}


class ConnectionLost(Unavailable):
    """The service was not there, or went away before it had answered; the call can be repeated."""


def status_of(error: OnbeatError) -> grpc.StatusCode:
    """The status that an error is sent as."""
    if isinstance(error, Busy):
        return grpc.StatusCode.RESOURCE_EXHAUSTED
    for cls in type(error).__mro__:
        if cls in _STATUSES:
            return _STATUSES[cls]
    return grpc.StatusCode.INTERNAL


def error_of(error: grpc.aio.AioRpcError, peer: str) -> OnbeatError:
    """The error that a failed call means; `peer` says who was called, "audio_sync at host:port".

    A service's own error is of its class, with its message. `ConnectionLost` and `Busy` are worth
    another try.
    """
    code, details = error.code(), error.details() or ""
    for name, value in error.trailing_metadata() or ():
        if name == ERROR_TRAILER and isinstance(value, bytes):
            return _told(code, value, peer)
    if code is grpc.StatusCode.UNIMPLEMENTED:
        return Unavailable(f"{peer} lacks the method: another service, or an older Onbeat?")
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED:
        if "larger than max" in details:
            return InvalidInput(f"{peer} takes no message of this size: {details}")
        return Busy(f"{peer} is busy: {details}")  # Of a proxy between us, for example.
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return Unavailable(f"{peer} did not finish before the deadline of the call")
    if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
        return ConnectionLost(f"the connection to {peer} was lost: {details}")
    return Unavailable(f"{peer} failed: {code.name}: {details}")


def _told(code: grpc.StatusCode, trailer: bytes, peer: str) -> OnbeatError:
    try:
        told = error_from_wire(trailer)
    except BadAnswer as error:
        return BadAnswer(f"{peer} answered rubbish: {error.message}")
    if isinstance(told, Unreadable):
        return BadAnswer(f"{peer} runs another version of Onbeat: {told.message}")
    return told
