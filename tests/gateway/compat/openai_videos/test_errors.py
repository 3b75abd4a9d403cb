"""Refusals in OpenAI's shape."""

from __future__ import annotations

import json

import httpx
import openai
import pytest

from services.gateway.api.problems import Problem
from services.gateway.compat.openai_videos.errors import bad_field, error_response
from shared.errors import InvalidInput, OnbeatError, Unavailable
from tests.gateway.api.conftest import Server


@pytest.mark.parametrize(
    ("error", "status", "kind", "code"),
    [
        (InvalidInput("size 7x7: odd"), 400, "invalid_request_error", "invalid_value"),
        (Problem(401, "bad_key", "no"), 401, "invalid_request_error", "invalid_api_key"),
        (Problem(403, "missing_scope", "no"), 403, "permission_error", "missing_scope"),
        (Problem(409, "conflict", "no"), 400, "invalid_request_error", "conflict"),
        (Problem(429, "quota_exceeded", "no"), 429, "insufficient_quota", "quota_exceeded"),
        (Problem(429, "rate_limited", "no"), 429, "rate_limit_error", "rate_limited"),
        (Unavailable("later"), 503, "server_error", "unavailable"),
        (OnbeatError("oh"), 500, "server_error", "internal"),
    ],
)
def test_each_refusal_has_the_status_and_words_that_clients_know(
    error: Exception, status: int, kind: str, code: str
) -> None:
    answer = error_response(error)
    found = json.loads(bytes(answer.body))["error"]
    assert (answer.status_code, found["type"], found["code"]) == (status, kind, code)
    assert set(found) == {"message", "type", "code", "param"}


def test_the_field_is_told() -> None:
    told = [bad_field("fps", "no"), InvalidInput("size 7x7: odd"), InvalidInput("the sky is low")]
    params = [json.loads(bytes(error_response(e).body))["error"]["param"] for e in told]
    assert params == ["fps", "size", None]


def test_the_sdk_raises_its_own_errors(videos_server: Server, http: httpx.Client) -> None:
    base = f"{videos_server.address}/v1"
    with openai.OpenAI(api_key="sk-wrong", base_url=base, max_retries=0) as stranger:
        with pytest.raises(openai.AuthenticationError) as refused:
            stranger.videos.list()
        assert refused.value.code == "invalid_api_key"
    assert http.get("/v1/videos?limit=0").json()["error"]["param"] == "limit"
    unknown = http.get("/v1/videos/video_nobody")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "not_found")


def test_json_may_hold_pictures_but_not_without_end(http: httpx.Client) -> None:
    large = {
        "prompt": "a",
        "input_reference": {"image_url": "data:image/png;base64," + "A" * (2 << 20)},
    }
    assert http.post("/v1/videos", json=large).json()["error"]["param"] == "input_reference"
    answer = http.post("/v1/videos", json={"prompt": "a" * (49 << 20)})
    assert answer.status_code == 413
