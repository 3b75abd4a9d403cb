"""Between our types and the messages of `shared/protos`: the one file that knows both.

Whatever arrives is read strictly. A request that cannot be read is `InvalidInput` (the caller's
fault), an answer that cannot be read is `BadAnswer` (the service's).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from google.protobuf.message import DecodeError, Message

from shared.digest import Digest
from shared.errors import ERRORS_BY_CODE, InvalidInput, MissingBlob, OnbeatError, Unavailable
from shared.protos import actions_pb2 as pb
from shared.schema import from_json, to_json, type_tag

_M = TypeVar("_M", bound=Message)
_HEX = frozenset("0123456789abcdef")
# Metadata of a call has 8 KiB for everything; the text stands in it once or twice.
_MAX_ERROR_CHARS = 1_500


class BadAnswer(Unavailable):
    """A service answered what this Onbeat cannot read: another program, or another version."""


class Unreadable(InvalidInput):
    """A request that the service cannot read: of another version, or written by hand."""

    code = "unreadable_request"


class Busy(Unavailable):
    """The service has as much to do as it takes; the call can be repeated a little later.

    `retry_after_seconds` is when there may be room, 0 if the service does not know.
    """

    code = "busy"

    def __init__(self, message: str, retry_after_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class Accepted:
    """The call was understood; `key` is the action key, 64 hex digits."""

    key: str
    action: str


@dataclass(frozen=True, slots=True)
class Progressed:
    """How far the action is, 0..1."""

    fraction: float


@dataclass(frozen=True, slots=True)
class Finished:
    """The result; `run_seconds` is what performing it took, now or, for a hit, then."""

    key: str
    action: str
    digest: Digest
    hit: bool
    run_seconds: float
    reason: str


Event = Accepted | Progressed | Finished


@dataclass(frozen=True, slots=True)
class Found:
    """The key of a request, and its result if it is in the store."""

    key: str
    digest: Digest | None


def request_to_wire(request: Any, salt: str = "") -> bytes:
    """An `ActionRequest` of a request noun."""
    tag = type_tag(type(request))
    return pb.ActionRequest(type=tag, request=to_json(request), salt=salt).SerializeToString()


def request_from_wire(data: bytes, types: Mapping[str, type]) -> tuple[Any, str]:
    """The request noun and the salt; `types` are those accepted, by name.

    Raises `Unreadable` that names what was sent and what is accepted.
    """
    try:
        message = _parse(pb.ActionRequest, data)
    except ValueError as error:
        raise Unreadable(f"the call holds no ActionRequest: {error}") from None
    accepted = ", ".join(map(type_tag, types.values()))
    cls = types.get(message.type.partition("/")[0])
    if cls is None or type_tag(cls) != message.type:
        raise Unreadable(
            f"this call performs {accepted}; the caller sent {message.type or 'nothing'!r}"
        )
    try:
        return from_json(cls, message.request), message.salt
    except InvalidInput as error:
        raise Unreadable(error.message) from None


def event_to_wire(event: Event) -> bytes:
    """An `ActionEvent`."""
    match event:
        case Accepted(key, action):
            message = pb.ActionEvent(accepted=pb.Accepted(key=key, action=action))
        case Progressed(fraction):
            message = pb.ActionEvent(progress=pb.Progress(fraction=fraction))
        case Finished():
            result = pb.ActionResult(
                key=event.key,
                action=event.action,
                digest=_digest_to_message(event.digest),
                hit=event.hit,
                run_seconds=event.run_seconds,
                reason=event.reason,
            )
            message = pb.ActionEvent(result=result)
    return message.SerializeToString()


def event_from_wire(data: bytes) -> Event:
    """The event of an `ActionEvent`; raises `BadAnswer` for anything that is none."""
    try:
        message = _parse(pb.ActionEvent, data)
        kind = message.WhichOneof("event")
        if kind == "accepted":
            return Accepted(_key(message.accepted.key), message.accepted.action)
        if kind == "progress":
            return Progressed(_number(message.progress.fraction, 1.0))
        if kind == "result":
            return _finished(message.result)
    except ValueError as error:
        raise BadAnswer(f"expected an ActionEvent, got {error}") from None
    raise BadAnswer("expected an ActionEvent, got one with nothing that this Onbeat knows")


def found_to_wire(found: Found) -> bytes:
    """A `FindResponse`."""
    digest = _digest_to_message(found.digest) if found.digest else None
    return pb.FindResponse(key=found.key, digest=digest).SerializeToString()


def found_from_wire(data: bytes) -> Found:
    """What a `FindResponse` says; raises `BadAnswer`."""
    try:
        message = _parse(pb.FindResponse, data)
        has_digest = message.HasField("digest")
        return Found(_key(message.key), _digest(message.digest) if has_digest else None)
    except ValueError as error:
        raise BadAnswer(f"expected a FindResponse, got {error}") from None


def error_to_wire(error: OnbeatError) -> bytes:
    """An `ErrorDetail`: class, message (at most 1500 characters), digest, when to ask again."""
    detail = pb.ErrorDetail(code=error.code, message=shortened(error.message))
    if isinstance(error, MissingBlob) and error.digest is not None:
        detail.digest.CopyFrom(_digest_to_message(Digest.parse(error.digest)))
    if isinstance(error, Busy):
        detail.retry_after_seconds = error.retry_after_seconds
    return detail.SerializeToString()


def error_from_wire(data: bytes) -> OnbeatError:
    """The error of an `ErrorDetail`, of the class that was raised; raises `BadAnswer`."""
    try:
        detail = _parse(pb.ErrorDetail, data)
        if detail.code == Busy.code:
            return Busy(detail.message, _number(detail.retry_after_seconds, math.inf))
        if detail.code == Unreadable.code:
            return Unreadable(detail.message)
        error = ERRORS_BY_CODE.get(detail.code, OnbeatError)(detail.message)
        if isinstance(error, MissingBlob) and detail.HasField("digest"):
            error.digest = str(_digest(detail.digest))
    except ValueError as problem:
        raise BadAnswer(f"expected an ErrorDetail, got {problem}") from None
    return error


def shortened(text: str) -> str:
    """A message that fits into a call's metadata."""
    return text if len(text) <= _MAX_ERROR_CHARS else f"{text[: _MAX_ERROR_CHARS - 3]}..."


def _finished(message: pb.ActionResult) -> Finished:
    return Finished(
        key=_key(message.key),
        action=message.action,
        digest=_digest(message.digest),
        hit=message.hit,
        run_seconds=_number(message.run_seconds, math.inf),
        reason=message.reason,
    )


def _parse(cls: type[_M], data: bytes) -> _M:
    message = cls()
    try:
        message.ParseFromString(data)
    except DecodeError:
        raise ValueError(f"{len(data)} bytes that cannot be parsed") from None
    return message


def _digest_to_message(digest: Digest) -> pb.Digest:
    return pb.Digest(sha256=digest.sha256, size_bytes=digest.size_bytes)


def _digest(message: pb.Digest) -> Digest:
    return Digest(message.sha256, message.size_bytes)


def _key(text: str) -> str:
    if len(text) != 64 or not set(text) <= _HEX:
        raise ValueError(f"a key that is not 64 hex digits: {json.dumps(text[:80])}")
    return text


def _number(value: float, highest: float) -> float:
    if not 0 <= value <= highest or math.isinf(value):
        raise ValueError(f"a number out of range: {value}")
    return value
