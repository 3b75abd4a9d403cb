"""Bodies, as the SDKs write them."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from fastapi import Request

from services.gateway.api.problems import Problem
from services.gateway.compat.openai_videos.forms import read_body, rows_of, text_field


async def body_of(**how: Any) -> dict[str, Any]:
    """What is read of a request that httpx writes, as the SDK does."""
    sent = httpx.Request("POST", "http://test/v1/videos", **how)
    content = sent.read()
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/videos",
        "headers": [(n.lower(), v) for n, v in sent.headers.raw],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content, "more_body": False}

    request = Request(scope, receive)
    try:
        return await read_body(request)
    finally:
        await request.close()


async def test_json_and_a_form_of_the_same_fields_read_alike() -> None:
    fields = {"prompt": "[not JSON", "size": "128x72"}
    read = await body_of(data=fields, files={"_": ("_", b"")})
    read.pop("_")
    assert read == await body_of(json=fields) == fields


async def test_brackets_are_objects_and_lists_of_them() -> None:
    fields = {
        "input_reference[file_id]": "ref_1",
        "references[][type]": ["image", "video"],
        "references[][image_url]": ["data:1"],
        "references[][file_id]": ["ref_2"],
        "characters[0][id]": "char_1",
        "characters[1][id]": "char_2",
    }
    read = await body_of(data=fields, files={"video": ("a.mp4", b"1")})
    assert read["input_reference"] == {"file_id": "ref_1"}
    assert read["references"] == [
        {"type": "image", "image_url": "data:1"},
        {"type": "video", "file_id": "ref_2"},
    ]
    assert read["characters"] == [{"id": "char_1"}, {"id": "char_2"}]
    assert read["video"].filename == "a.mp4"


async def test_json_as_the_text_of_a_field_is_read_where_it_can_be_meant() -> None:
    fields = {"references": json.dumps([{"type": "image"}]), "prompt": '{"a": 1}'}
    read = await body_of(data=fields, files={"_": ("_", b"")})
    assert read["references"] == [{"type": "image"}]
    assert read["prompt"] == '{"a": 1}'


async def test_an_id_beside_a_file_is_what_is_meant() -> None:
    read = await body_of(data={"video[id]": "video_1"}, files={"video": ("upload", b"")})
    assert read["video"] == {"id": "video_1"}


def test_a_column_of_which_it_is_not_known_where_it_belongs_is_refused() -> None:
    with pytest.raises(Problem, match="JSON text"):
        rows_of("references", {"type": ["image", "image", "video"], "image_url": ["a"]})


@pytest.mark.parametrize("content", [b"[]", b"{", b"\xff"])
async def test_what_is_no_object_is_refused(content: bytes) -> None:
    with pytest.raises(Problem):
        await body_of(content=content, headers={"content-type": "application/json"})


async def test_other_media_types_are_refused() -> None:
    with pytest.raises(Problem, match="multipart"):
        await body_of(content=b"a", headers={"content-type": "text/plain"})


@pytest.mark.parametrize("value", [None, "", "  ", 5, "a" * 11, "\0"])
def test_a_text_that_is_none_names_its_field(value: Any) -> None:
    with pytest.raises(Problem) as refused:
        text_field({"prompt": value}, "prompt", 10)
    assert refused.value.more["param"] == "prompt"
