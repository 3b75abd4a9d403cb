"""When a call is sent again."""

from __future__ import annotations

import httpx
import pytest

from services.gateway.client.calls import (
    TRIES,
    Call,
    base_address,
    checked,
    get,
    headers_of,
    post,
    wait_after,
)
from shared.errors import InvalidInput, NotFound


def answer(status: int, text: str = "", **headers: str) -> httpx.Response:
    return httpx.Response(status, text=text, headers=headers)


def test_posts_have_a_key_so_that_they_may_be_sent_again() -> None:
    one, other = post("/a", {}), post("/a", {})
    assert one.headers["Idempotency-Key"] != other.headers["Idempotency-Key"]
    assert post("/a", {}, "mine").headers["Idempotency-Key"] == "mine"
    assert get("/a", limit=1, cursor=None).params == {"limit": 1}


@pytest.mark.parametrize(
    ("status", "wait"), [(200, False), (404, False), (409, False), (429, True), (503, True)]
)
def test_only_what_may_go_better_is_sent_again(status: int, wait: bool) -> None:
    assert (wait_after(get("/a"), 1, answer(status)) is not None) == wait


def test_waits_grow_and_end_and_follow_the_server() -> None:
    waits = [wait_after(get("/a"), tried, httpx.ConnectError("")) for tried in range(1, TRIES + 1)]
    assert waits[:-1] == sorted(w for w in waits if w is not None)
    assert waits[-1] is None
    assert wait_after(get("/a"), 1, answer(429, **{"Retry-After": "3"})) == 3
    assert wait_after(Call("POST", "/a", is_safe=False), 1, httpx.ConnectError("")) is None
    pending = answer(409, '{"code":"in_progress"}')
    assert wait_after(get("/a"), 1, pending) is not None


def test_refusals_are_raised_unless_they_are_wanted() -> None:
    with pytest.raises(NotFound):
        checked(get("/a"), answer(404))
    assert checked(Call("GET", "/a", accepts=(404,)), answer(404)).status_code == 404


def test_addresses_and_keys() -> None:
    assert str(base_address("http://localhost:8720")) == "http://localhost:8720"
    for bad in ("", "localhost", "ftp://a", "http://"):
        with pytest.raises(InvalidInput):
            base_address(bad)
    assert headers_of(None) == {}
    assert headers_of("k") == {"Authorization": "Bearer k"}
