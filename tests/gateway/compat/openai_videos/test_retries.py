"""Requests that come twice, and what older SDKs send."""

from __future__ import annotations

import threading

import httpx
from openai.types import Video

# What openai 2.24 was seen to send for `videos.create(prompt=..., seconds="4", size=...)`: JSON
# where there is no file, and these headers.
SDK_2_24 = {
    "accept": "application/json",
    "content-type": "application/json",
    "user-agent": "OpenAI/Python 2.24.0",
    "x-stainless-lang": "python",
    "x-stainless-package-version": "2.24.0",
    "x-stainless-async": "false",
    "x-stainless-read-timeout": "600",
}
BODY = b'{"prompt":"ripples","seconds":"1","size":"128x72"}'


def count(http: httpx.Client) -> int:
    data = http.get("/v1/videos", params={"limit": 100}).json()["data"]
    return sum(video["prompt"].startswith("ripples") for video in data)


def test_the_request_of_sdk_2_24_is_understood_and_its_retry_makes_nothing(
    http: httpx.Client,
) -> None:
    first = http.post(
        "/v1/videos", content=BODY, headers={**SDK_2_24, "x-stainless-retry-count": "0"}
    )
    assert first.status_code == 200
    before = count(http)
    again = http.post(
        "/v1/videos", content=BODY, headers={**SDK_2_24, "x-stainless-retry-count": "1"}
    )
    assert again.json()["id"] == first.json()["id"]
    assert count(http) == before
    another = http.post(
        "/v1/videos", content=BODY, headers={**SDK_2_24, "x-stainless-retry-count": "0"}
    )
    assert another.json()["id"] != first.json()["id"]
    for video in (first, another):
        http.delete(f"/v1/videos/{video.json()['id']}")


def test_a_retry_with_another_boundary_is_the_same_request(http: httpx.Client) -> None:
    form = {"prompt": "ripples again", "seconds": "1", "size": "128x72"}
    made = [
        http.post(
            "/v1/videos",
            data=form,
            files={"model": (None, b"sora-2")},
            headers={"x-stainless-retry-count": str(number)},
        )
        for number in range(2)
    ]
    assert made[0].status_code == 200, made[0].text
    assert made[0].request.headers["content-type"] != made[1].request.headers["content-type"]
    assert made[0].json()["id"] == made[1].json()["id"]
    http.delete(f"/v1/videos/{made[0].json()['id']}")


def test_requests_at_the_same_moment_make_one_video(http: httpx.Client) -> None:
    before, found = count(http), []

    def send() -> None:
        body = {"prompt": "ripples at once", "seconds": "1", "size": "128x72"}
        found.append(http.post("/v1/videos", json=body).json()["id"])

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert count(http) == before + 1
    http.delete(f"/v1/videos/{found[0]}")


def test_a_key_holds_for_one_request_only(http: httpx.Client, drawn: Video) -> None:
    def send(prompt: str) -> httpx.Response:
        form = {"prompt": (None, prompt.encode()), "seconds": (None, b"1")}
        return http.post("/v1/videos", files=form, headers={"Idempotency-Key": "wish-1"})

    first, again, other = send("ripples by key"), send("ripples by key"), send("ripples else")
    assert first.json()["id"] == again.json()["id"] != drawn.id
    assert other.status_code == 400
    assert other.json()["error"]["code"] == "idempotency_key_reused"
    http.delete(f"/v1/videos/{first.json()['id']}")
