"""Revisions are numbered, pinned and told of in one transaction."""

from __future__ import annotations

import pytest

from services.gateway.api.films.revisions import NewRevision, add_revision
from services.gateway.api.jobs.events import read_events
from services.gateway.api.services import Services
from shared.pins import Pins
from tests.gateway.api.films.rows import DIGEST, film_row, revision_row


def test_a_revision_is_whole_or_not_there(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    film, _ = film_row(services, tenant)
    new = NewRevision(film, None, "main", None, None, DIGEST, {}, {}, approved_by="Ada")

    def cut_off() -> None:
        with services.database.writing() as connection:
            add_revision(connection, tenant.id, new)
            raise KeyError

    with pytest.raises(KeyError):
        cut_off()
    assert Pins(services.database).all() == ()
    assert services.films.get(tenant, film).head is None
    with services.database.writing() as connection:
        add_revision(connection, tenant.id, new)
    assert services.films.get(tenant, film).head == new.id
    types = [event.type for event in read_events(services.database, tenant.id, 0)]
    assert types == ["job.queued", "film.revised", "film.approved"]
    assert revision_row(services, tenant, film).number == 2
