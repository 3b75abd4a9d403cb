"""What a request may have as pictures, clips and sounds."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from services.gateway.api.problems import Problem
from services.gateway.compat.openai_videos.attachments import asked_for, suffix_of
from tests.gateway.compat.openai_videos.conftest import picture

REF = "ref_" + "0" * 26


def test_every_way_of_naming_a_reference_is_read() -> None:
    found = asked_for(
        {
            "input_reference": {"file_id": REF},
            "image_reference": [{"image_url": {"url": "data:image/png;base64,AA=="}}, "@mug"],
            "audio_reference": {"url": "data:audio/wav;base64,AA=="},
            "references": [{"type": "video_url", "file_id": REF, "role": "product"}],
        }
    )
    assert [(one.field, one.kind, one.role, one.is_url) for one in found] == [
        ("input_reference", None, "first_frame", False),
        ("image_reference", "image", None, True),
        ("image_reference", "image", None, False),
        ("audio_reference", "audio", None, True),
        ("references", "video", "product", False),
    ]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"image_url": "http://169.254.169.254/latest/meta-data"}, "url_not_allowed"),
        ({"image_url": "https://example.com/a.png"}, "url_not_allowed"),
        ({"image_url": f"file:{3 * '/'}etc/passwd"}, "url_not_allowed"),
        ("https://example.com/a.png", "url_not_allowed"),
        ({"file_id": "../../etc/passwd"}, "invalid_value"),
        ({}, "invalid_value"),
        ({"file_id": REF, "image_url": "data:image/png;base64,AA=="}, "invalid_value"),
        (7, "invalid_value"),
        ({"type": "text", "file_id": REF}, "invalid_value"),
    ],
)
def test_what_leads_elsewhere_or_nowhere_is_refused_with_its_field(value: Any, code: str) -> None:
    with pytest.raises(Problem) as refused:
        asked_for({"references": value})
    assert (refused.value.status, refused.value.code) == (400, code)
    assert refused.value.more["param"] == "references"


def test_too_many_are_refused() -> None:
    with pytest.raises(Problem, match="at most 24"):
        asked_for({"references": [REF] * 25})


@pytest.mark.parametrize(
    ("head", "suffix"),
    [
        (b"\0\0\0\x20ftypisom", ".mp4"),
        (b"\0\0\0\x14ftypqt  ", ".mov"),
        (b"RIFF\0\0\0\0WAVE", ".wav"),
        (b"\x89PNG\r\n", ".png"),
        (b"hello", ""),
    ],
)
def test_bytes_without_a_name_get_the_ending_that_they_need(head: bytes, suffix: str) -> None:
    assert suffix_of(head) == suffix


def test_a_file_of_the_wrong_kind_is_refused_and_names_its_field(http: httpx.Client) -> None:
    url = "data:image/png;base64," + base64.b64encode(picture()).decode()
    answer = http.post("/v1/videos", json={"prompt": "a", "audio_reference": {"url": url}})
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "audio_reference"
    assert "image" in answer.json()["error"]["message"]


def test_a_data_url_that_is_no_picture_is_refused(http: httpx.Client) -> None:
    url = "data:image/png;base64," + base64.b64encode(b"not a picture").decode()
    answer = http.post("/v1/videos", json={"prompt": "a", "input_reference": {"image_url": url}})
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"
