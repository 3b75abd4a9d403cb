"""What goes over the wire arrives as it was, and nothing else arrives."""

from __future__ import annotations

import json
import random
from fractions import Fraction

import pytest

from shared.brief import Pacing
from shared.digest import Digest
from shared.errors import ERRORS_BY_CODE, InvalidInput, MissingBlob, OnbeatError
from shared.protos import actions_pb2 as pb
from shared.requests import AnalyzeRequest, PlanCutsRequest
from shared.schema import to_json, type_tag
from shared.wire import (
    Accepted,
    BadAnswer,
    Busy,
    Event,
    Finished,
    Found,
    Progressed,
    Unreadable,
    error_from_wire,
    error_to_wire,
    event_from_wire,
    event_to_wire,
    found_from_wire,
    found_to_wire,
    request_from_wire,
    request_to_wire,
)

KEY = "0123456789abcdef" * 4
DIGEST = Digest.of_bytes(b"song")
REQUEST = PlanCutsRequest(DIGEST, Pacing.DRIVING, Fraction(30000, 1001), 7, 240, (0, 30))
TYPES = {"PlanCutsRequest": PlanCutsRequest}
EVENTS: list[Event] = [
    Accepted(KEY, "analyze"),
    Progressed(0.0),
    Progressed(1.0),
    Finished(KEY, "analyze", DIGEST, True, 12.5, "in the store"),
]


def test_a_request_arrives_as_it_was_and_its_json_is_that_of_the_store() -> None:
    data = request_to_wire(REQUEST, "tenant ü")
    assert request_from_wire(data, TYPES) == (REQUEST, "tenant ü")
    message = pb.ActionRequest.FromString(data)
    assert message.request == to_json(REQUEST)
    assert message.type == type_tag(PlanCutsRequest)


def test_other_types_and_versions_are_refused_naming_both() -> None:
    with pytest.raises(InvalidInput, match=r"performs PlanCutsRequest/1; .* 'AnalyzeRequest/\d+'"):
        request_from_wire(request_to_wire(AnalyzeRequest(DIGEST)), TYPES)
    message = pb.ActionRequest.FromString(request_to_wire(REQUEST))
    message.type = "PlanCutsRequest/7"
    with pytest.raises(InvalidInput, match="PlanCutsRequest/1; the caller sent 'PlanCutsRequest/7"):
        request_from_wire(message.SerializeToString(), TYPES)


def test_a_field_of_a_newer_peer_is_refused_and_not_dropped() -> None:
    document = {**json.loads(to_json(REQUEST)), "swing": 3}
    tag = type_tag(PlanCutsRequest)
    message = pb.ActionRequest(type=tag, request=json.dumps(document).encode())
    with pytest.raises(InvalidInput, match="swing"):
        request_from_wire(message.SerializeToString(), TYPES)


@pytest.mark.parametrize("event", EVENTS, ids=str)
def test_events_arrive_as_they_were(event: Event) -> None:
    assert event_from_wire(event_to_wire(event)) == event


@pytest.mark.parametrize("digest", [None, DIGEST])
def test_what_was_found_arrives(digest: Digest | None) -> None:
    assert found_from_wire(found_to_wire(Found(KEY, digest))) == Found(KEY, digest)


@pytest.mark.parametrize(
    "message",
    [
        pb.ActionEvent(),
        pb.ActionEvent(accepted=pb.Accepted(key="short")),
        pb.ActionEvent(progress=pb.Progress(fraction=1.5)),
        pb.ActionEvent(progress=pb.Progress(fraction=float("nan"))),
        pb.ActionEvent(result=pb.ActionResult(key=KEY)),
        pb.ActionEvent(
            result=pb.ActionResult(key=KEY, digest=pb.Digest(sha256=KEY, size_bytes=-1))
        ),
        pb.ActionEvent(
            result=pb.ActionResult(key=KEY, digest=pb.Digest(sha256=KEY), run_seconds=float("inf"))
        ),
    ],
    ids=lambda message: str(message).replace("\n", " ") or "empty",
)
def test_events_that_mean_nothing_are_bad_answers(message: pb.ActionEvent) -> None:
    with pytest.raises(BadAnswer, match="expected an ActionEvent"):
        event_from_wire(message.SerializeToString())


def test_no_mutation_of_an_answer_is_any_other_error() -> None:
    chance = random.Random(5)
    good = [event_to_wire(event) for event in EVENTS] + [error_to_wire(InvalidInput("no"))]
    refused = 0
    for _ in range(3000):
        data = bytearray(chance.choice(good))
        for _ in range(chance.randint(1, 3)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        for read in (event_from_wire, error_from_wire, found_from_wire):
            try:
                read(bytes(data[: chance.randint(0, len(data))]))
            except BadAnswer:
                refused += 1
    assert refused > 1000


@pytest.mark.parametrize("code", ERRORS_BY_CODE)
def test_errors_keep_class_and_message(code: str) -> None:
    told = error_from_wire(error_to_wire(ERRORS_BY_CODE[code]("ä.wav:\n no beat")))
    assert type(told) is ERRORS_BY_CODE[code]
    assert told.message == "ä.wav:\n no beat"


def test_a_missing_blob_keeps_its_digest_and_a_long_message_its_beginning() -> None:
    error = MissingBlob("x" * 10_000)
    error.digest = str(DIGEST)
    told = error_from_wire(error_to_wire(error))
    assert isinstance(told, MissingBlob)
    assert told.digest == str(DIGEST)
    assert told.message == "x" * 1497 + "..."
    unknown = pb.ErrorDetail(code="of the future", message="m").SerializeToString()
    assert type(error_from_wire(unknown)) is OnbeatError


def test_a_busy_service_says_when_to_ask_again() -> None:
    told = error_from_wire(error_to_wire(Busy("busy", 1.5)))
    assert isinstance(told, Busy)
    assert (told.message, told.retry_after_seconds, told.retryable) == ("busy", 1.5, True)
    odd = pb.ErrorDetail(code="busy", message="m", retry_after_seconds=-1).SerializeToString()
    with pytest.raises(BadAnswer, match="out of range"):
        error_from_wire(odd)


def test_what_cannot_be_read_is_told_as_such() -> None:
    data = pb.ActionRequest(type="PlanCutsRequest/1", request=b'{"type": "x"}').SerializeToString()
    with pytest.raises(Unreadable) as caught:
        request_from_wire(data, TYPES)
    told = error_from_wire(error_to_wire(caught.value))
    assert type(told) is Unreadable
    assert told.message == caught.value.message
