"""Videos as rows."""

from __future__ import annotations

import pytest

from services.gateway.api.problems import Problem
from services.gateway.api.services import Services
from services.gateway.compat.openai_videos.identity import film_id
from services.gateway.compat.openai_videos.objects import video_object
from services.gateway.compat.openai_videos.videos import Facts, Videos
from services.gateway.compat.openai_videos.work import REMIX

FACTS = Facts("a quiet lake", "sora-2", "4", "128x72", says=("one", "two"))
BRIEF = {"prompt": "a quiet lake", "size": "128x72", "duration_seconds": "4"}


def test_a_video_is_a_film_with_what_it_was_asked_for(services: Services) -> None:
    videos = Videos(services, services.keys.tenant(create=True))
    made = videos.create(BRIEF, FACTS)
    document = video_object(videos.get(made))
    assert (document["id"], document["status"], document["prompt"]) == (
        made,
        "queued",
        FACTS.prompt,
    )
    assert document["onbeat"]["says"] == ["one", "two"]
    assert videos.brief_of(videos.get(made))[1] == BRIEF
    with pytest.raises(Problem, match="not completed"):
        videos.finished(made)


def test_films_that_are_no_videos_are_not_listed(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    videos = Videos(services, tenant)
    made = videos.create(BRIEF, FACTS)
    brief = services.films.brief(tenant, services.films.get(tenant, film_id(made)).brief)
    other = videos.derive(REMIX, brief["id"], {}, Facts("b", "m", "4", "128x72", made))
    with services.database.writing() as connection:
        connection.execute(
            "INSERT INTO films (id, tenant, brief, name, metadata, created_at) "
            "VALUES ('film_x', :tenant, 'b', 'n', '{}', 1.0)",
            {"tenant": tenant.id},
        )
    rows, more = videos.list(None, 10, "desc")
    assert ([row.film for row in rows], more) == ([film_id(other), film_id(made)], False)
    assert videos.list(other, 10, "desc")[0][0].film == film_id(made)
    assert videos.list(None, 1, "asc")[1] is True
    with pytest.raises(Problem, match="no video"):
        videos.get("video_x")
    videos.delete(made)
    with pytest.raises(Problem, match="no video"):
        videos.list(made, 10, "desc")
