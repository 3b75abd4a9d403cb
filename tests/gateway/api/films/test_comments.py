"""Comments stay with the shot and the frame of its source, wherever the shot goes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from services.gateway.api.films.comments import Anchor
from services.gateway.api.films.revisions import MAIN, NewRevision, Revision, add_revision
from services.gateway.api.problems import Problem
from services.gateway.api.services import Services
from shared.errors import InvalidInput, NotFound
from shared.schema import to_json
from shared.timeline import Timeline
from tests.gateway.api.films.rows import DIGEST, film_row
from tests.gateway.conftest import Played


def revise(services: Services, film: str, timeline: Timeline) -> Revision:
    tenant = services.keys.tenant()
    files = {"timeline.json": str(services.blobs.put(to_json(timeline)))}
    new = NewRevision(film, None, MAIN, None, None, DIGEST, files, {})
    with services.database.writing() as connection:
        add_revision(connection, tenant.id, new)
    return services.films.revision(tenant, film)


def test_a_comment_goes_with_its_shot(services: Services, played: Played, tmp_path: Path) -> None:
    tenant = services.keys.tenant(create=True)
    film, _ = film_row(services, tenant)
    timeline = replace(played.timeline, transitions=())
    first = revise(services, film, timeline)
    start = timeline.start_frames()[1]
    made = services.comments.add(tenant, first, Anchor(film_frame=start + 3), "Ada", "hold")
    assert made.shot == timeline.shots[1].id
    assert abs((made.film_frame or 0) - (start + 3)) <= 1  # a source at another speed rounds
    swapped = (timeline.shots[1], timeline.shots[0], *timeline.shots[2:])
    second = revise(services, film, replace(timeline, shots=swapped))
    (moved,) = services.comments.list(tenant, second)
    assert abs((moved.film_frame or 0) - 3) <= 1
    third = revise(services, film, replace(timeline, shots=timeline.shots[:1]))
    assert services.comments.list(tenant, third)[0].film_frame is None
    services.comments.resolve(tenant, film, made.id)
    assert services.comments.list(tenant, first)[0].resolved_at is not None


def test_an_anchor_has_to_be_in_the_film(services: Services, played: Played) -> None:
    tenant = services.keys.tenant(create=True)
    film, _ = film_row(services, tenant)
    revision = revise(services, film, played.timeline)
    with pytest.raises(InvalidInput, match="the film has frames"):
        services.comments.add(tenant, revision, Anchor(film_frame=10**6), "a", "b")
    with pytest.raises(NotFound, match="no shot"):
        services.comments.add(tenant, revision, Anchor(shot="none"), "a", "b")
    whole = services.comments.add(tenant, revision, Anchor(), "a", "all of it")
    assert (whole.shot, whole.film_frame) == (None, None)
    with pytest.raises(Problem, match="no comment"):
        services.comments.resolve(tenant, film, "cmt_none")
