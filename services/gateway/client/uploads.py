"""A file sent in parts that can be resumed (tus 1.0), as a conversation."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import httpx

from services.gateway.client.calls import Call, Conversation, get
from services.gateway.client.refusals import error_of
from services.gateway.client.results import Reference, result_of
from shared.errors import InvalidInput, NotFound, Unavailable

PART_BYTES = 8 << 20
_TUS = {"Tus-Resumable": "1.0.0"}
_MAX_SETBACKS = 20

# Called with the bytes that the server has and those of the file.
Told = Callable[[int, int], None]


def upload(
    path: Path,
    handle: str | None,
    purpose: str,
    told: Told | None = None,
    part_bytes: int = PART_BYTES,
) -> Conversation[Reference]:
    """Send a file and return the reference it became; goes on where a connection was lost.

    Raises `NotFound` or `InvalidInput` for the file, and what the server refuses it for.
    """
    size = _size(path)
    values = {"filename": path.name, "purpose": purpose}
    if handle is not None:
        values["handle"] = handle
    # Not safe: a second one would keep the first as an unfinished upload.
    made = yield Call(
        "POST",
        "/v1/uploads",
        headers={**_TUS, "Upload-Length": str(size), "Upload-Metadata": _metadata(values)},
        is_safe=False,
    )
    place = made.headers["location"]
    offset, setbacks, answer = 0, 0, made
    with path.open("rb") as file:
        while offset < size:
            file.seek(offset)
            part = file.read(part_bytes)
            if not part:
                raise InvalidInput(f"{path}: has become shorter while it was sent")
            answer = yield Call(
                "PATCH",
                place,
                content=part,
                headers={
                    **_TUS,
                    "Upload-Offset": str(offset),
                    "Content-Type": "application/offset+octet-stream",
                },
                is_safe=False,
                accepts=(408, 409, 423, 429, 502, 503, 504, 599),
            )
            if answer.status_code < 400:
                offset = int(answer.headers["upload-offset"])
            else:
                setbacks += 1
                if setbacks > _MAX_SETBACKS:
                    raise error_of(answer)
                offset = yield from _offset(place)
            if told is not None:
                told(offset, size)
    reference = answer.headers.get("onbeat-reference") or (yield from _taken(place))
    return result_of(Reference, (yield get(f"/v1/references/{reference}")).json())


def lost(error: httpx.TransportError) -> httpx.Response:
    """A lost connection as an answer, for a conversation that knows how to go on."""
    return httpx.Response(599, text=f"{type(error).__name__}: {error}")


def _offset(place: str) -> Conversation[int]:
    head = yield Call("HEAD", place, headers=_TUS)
    return int(head.headers["upload-offset"])


def _taken(place: str) -> Conversation[str]:
    """The reference of an upload whose last answer was lost."""
    document = (yield get(place)).json()
    if document["refused"]:
        raise InvalidInput(document["refused"])
    if not document["reference"]:
        raise Unavailable("the server has the whole file and has not taken it in yet; try again")
    return str(document["reference"])


def _metadata(values: dict[str, str]) -> str:
    pairs = (f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in values.items())
    return ",".join(pairs)


def _size(path: Path) -> int:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise NotFound(f"{path}: no such file") from None
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read: {error.strerror}") from None
    if not path.is_file() or not size:
        raise InvalidInput(f"{path}: is empty or no file")
    return size
