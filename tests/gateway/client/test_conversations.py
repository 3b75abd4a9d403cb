"""What is asked; that it is answered is in test_client."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import httpx
import pytest

from services.gateway.client import conversations
from services.gateway.client.calls import Call


def talk(
    conversation: Generator[Call, httpx.Response, Any], *answers: Any
) -> tuple[list[Call], Any]:
    calls = [next(conversation)]
    for number, answer in enumerate(answers, 1):
        try:
            calls.append(conversation.send(httpx.Response(200, json=answer)))
        except StopIteration as end:
            assert number == len(answers)
            return calls, end.value
    raise AssertionError("the conversation goes on")


def test_lists_are_read_to_their_end() -> None:
    pages = [{"items": [], "next_cursor": "film_1"}, {"items": [], "next_cursor": None}]
    calls, found = talk(conversations.films(), *pages)
    assert found == ()
    assert [call.params for call in calls] == [{"limit": 200}, {"limit": 200, "cursor": "film_1"}]


def test_words_and_operations_are_told_apart() -> None:
    for what, name in (("warmer", "instructions"), ([{"op": "lock"}], "operations")):
        call = next(conversations.edit("film_1", what, None, "main", True, None))
        assert call.json[name] == what
        assert "parent" not in call.json


@pytest.mark.parametrize("name", ["../x", "a/b", "a?b", "..", "."])
def test_no_name_leaves_its_place_in_the_path(name: str) -> None:
    call = next(conversations.film(name))
    path = httpx.URL("http://a" + call.path).raw_path.decode()
    assert path.startswith("/v1/films/")
    assert "/" not in path.removeprefix("/v1/films/")
