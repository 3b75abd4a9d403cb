"""Every error has a status, and a status without our trailer still says what happened."""

from __future__ import annotations

import grpc
import pytest

from shared.errors import ERRORS_BY_CODE, InvalidInput, OnbeatError, Unavailable
from shared.pool import WorkerDied
from shared.rpc.status import ERROR_TRAILER, ConnectionLost, error_of, status_of
from shared.wire import BadAnswer, Busy, Unreadable, error_to_wire

STATUSES = {
    "internal": "INTERNAL",
    "invalid_input": "INVALID_ARGUMENT",
    "not_found": "NOT_FOUND",
    "conflict": "ABORTED",
    "missing_blob": "FAILED_PRECONDITION",
    "model_failure": "INTERNAL",
    "unavailable": "UNAVAILABLE",
    "cancelled": "CANCELLED",
}


def failed(code: grpc.StatusCode, details: str = "", trailer: bytes | None = None) -> OnbeatError:
    trailing = grpc.aio.Metadata()
    if trailer is not None:
        trailing.add(ERROR_TRAILER, trailer)
    error = grpc.aio.AioRpcError(code, grpc.aio.Metadata(), trailing, details)
    return error_of(error, "audio_sync at somewhere:1")


def test_every_class_has_a_status() -> None:
    found = {code: status_of(cls("m")).name for code, cls in ERRORS_BY_CODE.items()}
    assert found == STATUSES
    assert status_of(WorkerDied("m")) is grpc.StatusCode.UNAVAILABLE
    assert status_of(Busy("m")) is grpc.StatusCode.RESOURCE_EXHAUSTED


@pytest.mark.parametrize("code", ERRORS_BY_CODE)
def test_the_trailer_decides_the_class(code: str) -> None:
    error = ERRORS_BY_CODE[code]("what was said")
    told = failed(status_of(error), "other words", error_to_wire(error))
    assert type(told) is type(error)
    assert told.message == "what was said"


@pytest.mark.parametrize(
    ("code", "details", "cls", "words"),
    [
        (grpc.StatusCode.UNAVAILABLE, "Socket closed", ConnectionLost, "lost: Socket closed"),
        (grpc.StatusCode.CANCELLED, "", ConnectionLost, "somewhere:1"),
        (grpc.StatusCode.DEADLINE_EXCEEDED, "", Unavailable, "deadline"),
        (grpc.StatusCode.UNIMPLEMENTED, "", Unavailable, "lacks the method"),
        (
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "Received message larger than max (9 vs. 4)",
            InvalidInput,
            r"9 vs\. 4",
        ),
        (grpc.StatusCode.PERMISSION_DENIED, "go away", Unavailable, "PERMISSION_DENIED: go away"),
    ],
)
def test_without_a_trailer_the_status_is_told(
    code: grpc.StatusCode, details: str, cls: type[OnbeatError], words: str
) -> None:
    told = failed(code, details)
    assert type(told) is cls
    assert "audio_sync at somewhere:1" in told.message
    with pytest.raises(cls, match=words):
        raise told


def test_a_trailer_of_rubbish_is_a_bad_answer_and_a_full_server_is_busy() -> None:
    assert type(failed(grpc.StatusCode.ABORTED, "", b"\xff")) is BadAnswer
    busy = failed(grpc.StatusCode.RESOURCE_EXHAUSTED, "", error_to_wire(Busy("busy", 2.5)))
    assert isinstance(busy, Busy)
    assert (busy.message, busy.retry_after_seconds) == ("busy", 2.5)
    assert type(failed(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many")) is Busy


def test_a_request_that_the_service_cannot_read_names_the_service() -> None:
    trailer = error_to_wire(Unreadable("this call performs Song/1; the caller sent 'Song/2'"))
    told = failed(grpc.StatusCode.INVALID_ARGUMENT, "", trailer)
    assert type(told) is BadAnswer
    words = "audio_sync at somewhere:1 runs another version of Onbeat: this call performs Song/1"
    assert told.message.startswith(words)
