"""Requests: each has a recorded key, and every field that is in it changes it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any, get_args

import pytest

from shared.actions import Backend, action_key
from shared.brief import MediaKind, Pacing, Size
from shared.digest import Digest
from shared.requests import (
    AnalyzeRequest,
    AssembleRequest,
    Delivery,
    EncodeRequest,
    InspectRequest,
    MeasureRequest,
    MixRequest,
    PlanCutsRequest,
    Quality,
    RenderRequest,
    Request,
    TransitionRequest,
)
from shared.schema import from_json, to_json
from shared.timeline import (
    Accent,
    Framing,
    Grade,
    Move,
    MoveKind,
    SongWindow,
    TransitionKind,
)

A, B = Digest.of_bytes(b"a"), Digest.of_bytes(b"b")
NTSC = Fraction(30000, 1001)
BACKEND = Backend("test/backend", 1, "library==1.0")
RENDER = RenderRequest(
    source=A,
    kind=MediaKind.VIDEO,
    start_seconds=Fraction(1, 3),
    speed=Fraction(1),
    frames=24,
    framing=Framing(0.25, 0.5, 1.5),
    move=Move(MoveKind.PAN_LEFT, 0.1),
    grade=Grade(0.5, 1.1, 0.9, 0.2),
    accents=(Accent(0, 1.0), Accent(12, 0.5)),
    delivery=Delivery(Size(1280, 720), NTSC, Quality.FINAL),
    span=(-4, 20),
)
REQUESTS: list[Any] = [
    EncodeRequest("image.style", A),
    AnalyzeRequest(A),
    PlanCutsRequest(A, Pacing.STEADY, NTSC, 48_000, 300, (24,)),
    RENDER,
    TransitionRequest(TransitionKind.DISSOLVE, RENDER, dataclasses.replace(RENDER, source=B)),
    MeasureRequest(A),
    MixRequest(A, 0, 48_000, 4_800),
    AssembleRequest((A, B), A, NTSC),
    InspectRequest(
        A, (B, A), ("0" * 64,) * 2, NTSC, SongWindow(A, 0, 48_000, 4_800), (1,), (0.25,)
    ),
]
# For each type of a field's value, another value.
_OTHER: dict[type, Callable[[Any], Any]] = {
    str: lambda value: value + "x",
    int: lambda value: value + 1,
    Digest: lambda value: B if value == A else A,
    Fraction: lambda value: value + 1,
    tuple: lambda value: value[:-1],
    Pacing: lambda value: Pacing.CALM,
    MediaKind: lambda value: MediaKind.IMAGE,
    Framing: lambda value: Framing(),
    Move: lambda value: Move(),
    Grade: lambda value: Grade(),
    SongWindow: lambda value: None,
    RenderRequest: lambda value: dataclasses.replace(value, frames=value.frames + 1),
    TransitionKind: lambda value: TransitionKind.DIP,
    Delivery: lambda value: dataclasses.replace(value, quality=Quality.DRAFT),
}
_NAMES = [type(request).__name__ for request in REQUESTS]


def test_keys_are_the_recorded_ones(golden: Callable[[str, bytes], None]) -> None:
    # A key that changes without a version makes every store compute everything again, silently.
    keys = {type(request).__name__: action_key(BACKEND, request) for request in REQUESTS}
    golden("keys/requests.json", (json.dumps(keys, indent=1, sort_keys=True) + "\n").encode())


def test_every_request_has_a_recorded_key() -> None:
    assert sorted(_NAMES) == sorted(request.__name__ for request in get_args(Request))


@pytest.mark.parametrize("request_", REQUESTS, ids=_NAMES)
def test_every_field_is_in_the_key(request_: Any) -> None:
    keys = {action_key(BACKEND, request_)}
    fields = dataclasses.fields(request_)
    for field in fields:
        value = getattr(request_, field.name)
        changed = dataclasses.replace(request_, **{field.name: _OTHER[type(value)](value)})
        keys.add(action_key(BACKEND, changed))
    assert len(keys) == 1 + len(fields)


@pytest.mark.parametrize("request_", REQUESTS, ids=_NAMES)
def test_a_request_reads_back_with_the_same_key(request_: Any) -> None:
    # Workers get requests as rows of JSON; they have to come to the key that was asked for.
    copy = from_json(type(request_), to_json(request_))
    assert copy == request_
    assert action_key(BACKEND, copy) == action_key(BACKEND, request_)


def test_a_whole_number_in_a_floats_place_is_the_same_request() -> None:
    render = REQUESTS[3]
    whole = dataclasses.replace(render, accents=(Accent(0, 1), Accent(12, 0.5)))
    assert action_key(BACKEND, whole) == action_key(BACKEND, render)
