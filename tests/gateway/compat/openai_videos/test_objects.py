"""Video objects of films in every state."""

from __future__ import annotations

from dataclasses import replace

import pytest
from openai.types import Video

from services.gateway.compat.openai_videos.identity import MODEL
from services.gateway.compat.openai_videos.objects import Row, video_object

ROW = Row("film_1", {MODEL: "sora-2"}, 5.5, None, {}, None, "running", 0.42, None)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("queued", "queued"),
        ("running", "in_progress"),
        ("failed", "failed"),
        ("cancelled", "failed"),  # there is no cancelled state, and another one would end `poll`
    ],
)
def test_states_are_those_of_the_api(state: str, status: str) -> None:
    assert Video.model_validate(video_object(replace(ROW, state=state))).status == status


def test_progress_is_the_jobs_and_whole_only_at_the_end() -> None:
    assert video_object(ROW)["progress"] == 42
    assert video_object(replace(ROW, progress=1.0))["progress"] == 99
    made = replace(ROW, revision="rev_1", summary={"duration_seconds": 1.5}, revised_at=9.0)
    document = video_object(made)
    assert (document["status"], document["progress"], document["seconds"]) == (
        "completed",
        100,
        "1.5",
    )


def test_a_failure_says_why() -> None:
    failed = replace(ROW, state="failed", error=("invalid_input", "no frames"))
    assert video_object(failed)["error"] == {"code": "invalid_input", "message": "no frames"}
    assert video_object(replace(ROW, state="cancelled"))["error"]["code"] == "cancelled"
