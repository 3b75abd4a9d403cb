"""The bodies in the OpenAPI document are those that are read."""

from __future__ import annotations

from services.gateway.compat.openai_videos.attachments import FIELDS
from services.gateway.compat.openai_videos.schemas import CREATE, body_of
from services.gateway.compat.openai_videos.wishes import read_wish


def test_every_field_that_is_read_is_described() -> None:
    assert set(FIELDS) <= set(CREATE["properties"])
    assert set(body_of(CREATE)["requestBody"]["content"]) == {
        "application/json",
        "multipart/form-data",
    }


def test_the_example_is_a_request() -> None:
    assert read_wish(CREATE["example"]).size == "1280x720"
