"""What a prompt means for a video that shows footage."""

from __future__ import annotations

import httpx
import pytest

from services.gateway.api.references.service import StoredReference
from services.gateway.compat.openai_videos.changes import _brief_of_clip
from shared.digest import Digest
from tests.gateway.api.conftest import wait_for
from tests.gateway.compat.openai_videos.conftest import picture


def test_words_that_no_part_could_do_to_footage_are_refused_with_the_nearest_forms(
    http: httpx.Client,
) -> None:
    form = {"prompt": "wind", "seconds": "1", "size": "128x72"}
    made = http.post(
        "/v1/videos", data=form, files={"input_reference": ("a.png", picture())}
    ).json()
    path = f"/v1/videos/{made['id']}"
    wait_for(lambda: http.get(path).json()["status"] in ("completed", "failed"))
    refused = http.post(f"{path}/remix", json={"prompt": "make the first shot warmest"})
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert (error["code"], error["param"]) == ("not_understood", "prompt")
    assert "nearest" in error["message"]


def test_a_clip_keeps_its_size_and_length() -> None:
    info = {"width": 321, "height": 180, "duration_seconds": 1.9996}
    clip = StoredReference("ref_1", None, "a.mp4", "video", 1, Digest.of_bytes(b"a"), info, 0.0)
    assert _brief_of_clip(clip) == {
        "references": [{"path": "ref_1", "handle": "video1"}],
        "duration_seconds": "2.000",
        "size": "320x180",
    }


@pytest.mark.parametrize("path", ["edits", "extensions"])
def test_a_video_that_is_not_there_is_not_found(http: httpx.Client, path: str) -> None:
    body = {"prompt": "warmer", "seconds": "1", "video": {"id": "video_nobody"}}
    assert http.post(f"/v1/videos/{path}", json=body).status_code == 404
    missing = http.post(f"/v1/videos/{path}", json={"prompt": "warmer", "seconds": "1"})
    assert missing.json()["error"]["param"] == "video"
