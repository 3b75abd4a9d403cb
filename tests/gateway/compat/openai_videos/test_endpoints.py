"""The ten routes, as OpenAI's own SDK (3.54) uses them, on a real server."""

from __future__ import annotations

import io
from typing import Any

import httpx
import openai
import pytest
from openai.types import Video
from PIL import Image

from tests.gateway.api.conftest import Server
from tests.gateway.compat.openai_videos.conftest import PROMPT, picture


def polled(sdk: openai.OpenAI, video: Video) -> Video:
    done = sdk.videos.poll(video.id, poll_interval_ms=100)
    assert done.status == "completed", done
    return done


def onbeat(video: Video) -> dict[str, Any]:
    assert video.model_extra is not None
    found: dict[str, Any] = video.model_extra["onbeat"]
    return found


def test_a_bare_prompt_becomes_a_video_with_every_field_of_the_sdks_type(drawn: Video) -> None:
    assert drawn.object == "video"
    assert drawn.progress == 100
    assert (drawn.prompt, drawn.model) == (PROMPT, "sora-2")
    assert (drawn.seconds, drawn.size) == ("1", "128x72")
    assert drawn.completed_at is not None
    assert drawn.completed_at >= drawn.created_at
    assert drawn.remixed_from_video_id is None


def test_the_three_variants_are_a_film_a_picture_and_a_sheet(
    sdk: openai.OpenAI, drawn: Video, clip: bytes
) -> None:
    assert clip[4:8] == b"ftyp"
    with Image.open(
        io.BytesIO(sdk.videos.download_content(drawn.id, variant="thumbnail").content)
    ) as found:
        assert found.size == (128, 72)
    with Image.open(
        io.BytesIO(sdk.videos.download_content(drawn.id, variant="spritesheet").content)
    ) as sheet:
        assert sheet.size == (5 * 128, 5 * 72)


def test_content_takes_ranges(http: httpx.Client, drawn: Video, clip: bytes) -> None:
    part = http.get(f"/v1/videos/{drawn.id}/content", headers={"Range": "bytes=10-29"})
    assert part.status_code == 206
    assert part.content == clip[10:30]


def test_lists_go_both_ways_page_by_page(
    sdk: openai.OpenAI, http: httpx.Client, drawn: Video
) -> None:
    made = [
        sdk.videos.create(prompt=f"mist {n}", extra_body={"num_frames": 15, "size": "128x72"})
        for n in range(2)
    ]
    newest_first = [video.id for video in sdk.videos.list(limit=1)]
    assert newest_first.index(made[1].id) < newest_first.index(made[0].id)
    assert newest_first.index(made[0].id) < newest_first.index(drawn.id)
    assert [v.id for v in sdk.videos.list(limit=2, order="asc")] == newest_first[::-1]
    page = http.get("/v1/videos", params={"limit": 1}).json()
    assert page["object"] == "list"
    assert page["has_more"] is True
    assert page["first_id"] == page["last_id"] == page["data"][0]["id"]
    for video in made:
        gone = sdk.videos.delete(video.id)
        assert (gone.id, gone.deleted, gone.object) == (video.id, True, "video.deleted")
    with pytest.raises(openai.NotFoundError):
        sdk.videos.retrieve(made[0].id)


def test_a_video_at_work_says_when_to_ask_again(sdk: openai.OpenAI, http: httpx.Client) -> None:
    extra = {"size": "128x72"}
    made = sdk.videos.create(prompt="slow fog over hills", seconds="4", extra_body=extra)
    answer = http.get(f"/v1/videos/{made.id}")
    assert answer.json()["status"] in ("queued", "in_progress")
    assert int(answer.headers["openai-poll-after-ms"]) > 0
    early = http.get(f"/v1/videos/{made.id}/content")
    assert (early.status_code, early.json()["error"]["code"]) == (400, "not_ready")
    sdk.videos.delete(made.id)


def test_direction_in_words_remixes_the_film_itself(
    sdk: openai.OpenAI, http: httpx.Client, drawn: Video
) -> None:
    made = polled(sdk, sdk.videos.remix(drawn.id, prompt="warmer grade"))
    assert made.remixed_from_video_id == drawn.id
    assert onbeat(made)["made_by"] == "edit"
    assert onbeat(made)["says"] == ["grade in the whole film by warmth 0.2"]
    one, other = (
        http.get(f"/v1/films/{onbeat(v)['film']}/revisions/head/files/timeline").json()
        for v in (drawn, made)
    )
    assert [shot["source"] for shot in one["shots"]] == [shot["source"] for shot in other["shots"]]
    assert one["shots"][0]["grade"] != other["shots"][0]["grade"]


def test_any_other_prompt_remixes_a_drawn_video_into_a_new_film(
    sdk: openai.OpenAI, drawn: Video
) -> None:
    made = polled(sdk, sdk.videos.remix(drawn.id, prompt="a calm blue sea at dawn"))
    assert made.remixed_from_video_id == drawn.id
    assert onbeat(made)["made_by"] == "prompt"
    assert (made.size, made.seconds) == (drawn.size, drawn.seconds)


def test_an_uploaded_clip_is_edited_as_it_is_and_goes_on(
    sdk: openai.OpenAI, http: httpx.Client, clip: bytes
) -> None:
    edited = sdk.videos.edit(prompt="much darker", video=("mine.mp4", clip))
    longer = sdk.videos.extend(prompt="@video1 goes on", seconds="1", video=clip)  # type: ignore[arg-type]
    edited, longer = polled(sdk, edited), sdk.videos.poll(longer.id, poll_interval_ms=100)
    assert (edited.size, edited.seconds) == ("128x72", "1")
    film = onbeat(edited)["film"]
    timeline = http.get(f"/v1/films/{film}/revisions/head/files/timeline").json()
    assert len(timeline["shots"]) == 1
    # There is nothing in a clip of one second that it has not shown already.
    assert longer.status in ("completed", "failed")
    if longer.status == "failed":
        assert longer.error is not None
        assert longer.error.message


def test_words_that_mean_nothing_to_an_uploaded_clip_fail_with_the_nearest_forms(
    sdk: openai.OpenAI, clip: bytes
) -> None:
    made = sdk.videos.edit(prompt="make the fox wear a hat", video=("mine.mp4", clip))
    done = sdk.videos.poll(made.id, poll_interval_ms=100)
    assert done.status == "failed"
    assert done.error is not None
    assert "not understood" in done.error.message


def test_an_extension_keeps_what_was_there_packet_for_packet(
    sdk: openai.OpenAI, http: httpx.Client, drawn: Video
) -> None:
    # Python's SDK cannot send {id}: it goes into extra_body.
    extra = {"video": {"id": drawn.id}, "seconds": "1"}
    made = sdk.videos.extend(prompt="the rain stops", seconds="4", video=b"", extra_body=extra)
    done = polled(sdk, made)
    assert done.seconds == "2"
    reports = [
        http.get(f"/v1/films/{onbeat(v)['film']}/revisions/head/files/report").json()
        for v in (drawn, done)
    ]
    before, after = ([shot["clip"] for shot in report["shots"]] for report in reports)
    assert after[: len(before)] == before
    assert len(after) > len(before)


def test_a_character_is_made_fetched_and_seen_where_a_prompt_mentions_it(
    sdk: openai.OpenAI, http: httpx.Client, clip: bytes
) -> None:
    made = sdk.videos.create_character(name="Mossy the fox", video=("fox.mp4", clip))
    assert made.name == "Mossy the fox"
    assert sdk.videos.get_character(str(made.id)).name == "Mossy the fox"
    video = sdk.videos.create_and_poll(
        prompt="@Mossy-the-fox in the rain",
        seconds="1",  # type: ignore[arg-type]
        size="128x72",  # type: ignore[arg-type]
        poll_interval_ms=100,
    )
    assert video.status == "completed", video
    film = onbeat(video)["film"]
    report = http.get(f"/v1/films/{film}/revisions/head/files/report").json()
    assert {shot["reference"] for shot in report["shots"]} == {"Mossy-the-fox"}


def test_a_picture_is_what_a_video_shows(sdk: openai.OpenAI, http: httpx.Client) -> None:
    video = sdk.videos.create_and_poll(
        prompt="<<<image_1>>> in the wind",
        input_reference=picture(),
        seconds="1",  # type: ignore[arg-type]
        size="128x72",  # type: ignore[arg-type]
        poll_interval_ms=100,
    )
    assert video.status == "completed", video
    film = onbeat(video)["film"]
    report = http.get(f"/v1/films/{film}/revisions/head/files/report").json()
    assert {shot["reference"] for shot in report["shots"]} == {"image1"}


async def test_the_asynchronous_sdk_makes_and_polls(videos_server: Server) -> None:
    base = f"{videos_server.address}/v1"
    async with openai.AsyncOpenAI(api_key=videos_server.key, base_url=base) as sdk:
        video = await sdk.videos.create_and_poll(
            prompt=PROMPT,
            seconds="1",  # type: ignore[arg-type]
            size="128x72",  # type: ignore[arg-type]
            poll_interval_ms=100,
        )
        assert video.status == "completed"
        content = await sdk.videos.download_content(video.id)
        assert content.content[4:8] == b"ftyp"


def test_another_tenant_sees_nothing(videos_server: Server, drawn: Video) -> None:
    with videos_server.client(videos_server.new_key("stranger", "write")) as stranger:
        assert stranger.get("/v1/videos").json()["data"] == []
        for path in (drawn.id, f"{drawn.id}/content"):
            answer = stranger.get(f"/v1/videos/{path}")
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
        assert (
            stranger.post(f"/v1/videos/{drawn.id}/remix", json={"prompt": "a"}).status_code == 404
        )
