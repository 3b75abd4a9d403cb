from __future__ import annotations

import json
from typing import Any

import pytest

from shared.queue.knocks import find_oddity

TASK = "onbeat.perform"
HEADERS = {"task": TASK, "id": "1", "eta": None, "timelimit": [None, None], "lang": "py"}
EMBED = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
BODY = json.dumps([["a" * 64], {}, EMBED]).encode()


def body(args: Any, named: Any = None, **more: Any) -> bytes:
    return json.dumps([args, named or {}, {**EMBED, **more}]).encode()


def oddity(headers: Any = HEADERS, body: Any = BODY, kind: Any = "application/json") -> str | None:
    return find_oddity(TASK, kind, headers, body)


def test_a_knock_holds_one_key() -> None:
    assert oddity() is None
    assert oddity(body=BODY.decode()) is None
    assert oddity(body=body(["a-job"])) is None


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        (None, "task 'None'; expected 'onbeat.perform'"),
        ({}, "task 'None'"),
        ({**HEADERS, "task": "other" * 100}, "task 'otherother"),
        ({**HEADERS, "task": ["a"]}, r"task \"\['a'\]\""),
        ({**HEADERS, "id": None}, "no id"),
        ({**HEADERS, "eta": "9999-01-01T00:00:00+00:00"}, "asks for eta"),
        ({**HEADERS, "expires": "2001-01-01T00:00:00+00:00"}, "asks for expires"),
        ({**HEADERS, "compression": "application/x-gzip"}, "asks for compression"),
        ({**HEADERS, "timelimit": [3, None]}, "asks for timelimit"),
    ],
)
def test_headers_that_order_something_are_odd(headers: Any, words: str) -> None:
    import re

    found = oddity(headers)
    assert found is not None
    assert re.search(words, found)
    assert len(found) < 200


@pytest.mark.parametrize(
    "found",
    [
        b"",
        b"\xff\xfe",
        b"[[[[",
        b"[" * 4000,
        b'"text"',
        b"{}",
        b"[]",
        body([]),
        body(["a", "b"]),
        body([""]),
        body([1]),
        body([None]),
        body([["a"]]),
        body(["k" * 201]),
        body(["a"], {"key": "b"}),
        body(["a"], chain=[{"task": TASK}]),
        json.dumps([["a"], {}, None]).encode(),
    ],
)
def test_a_body_that_is_no_knock_is_odd(found: bytes) -> None:
    assert oddity(body=found) == "a body that is no knock; expected one key"


def test_a_body_is_never_said() -> None:
    assert oddity(body=b"x" * 5000) == "a body of 5000 bytes; expected at most 4096"
    assert oddity(body={"a": 1}) == "a body of dict bytes; expected at most 4096"
    assert "text/xml" in str(oddity(kind="text/xml"))
