from __future__ import annotations

from services.gateway.compat.openai_videos.identity import film_id, video_id


def test_a_video_is_its_film_under_another_prefix() -> None:
    assert video_id("film_0abc") == "video_0abc"
    assert film_id("video_0abc") == "film_0abc"
    assert film_id("film_0abc") == film_id("") == ""
