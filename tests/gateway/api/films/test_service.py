"""Films as rows."""

from __future__ import annotations

import dataclasses

import pytest

from services.gateway.api.keys.service import Quotas
from services.gateway.api.paging import Wanted
from services.gateway.api.problems import Problem
from services.gateway.api.services import Services
from shared.pins import Pins
from tests.gateway.api.films.rows import film_row, revision_row


def test_a_film_goes_with_all_it_pinned(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    film, job = film_row(services, tenant)
    other, _ = film_row(services, tenant)
    revision_row(services, tenant, film)
    kept = revision_row(services, tenant, other)
    services.films.delete(tenant, film)
    assert services.jobs.get(tenant, job).state == "cancelled"
    assert {pin.name.partition(".")[0] for pin in Pins(services.database).all()} == {kept.id}
    assert [one.id for one in services.films.list(tenant, Wanted()).items] == [other]
    with pytest.raises(Problem, match="no film"):
        services.films.revision(tenant, film, "1")


def test_revisions_are_found_by_number_and_branch(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    film, _ = film_row(services, tenant)
    with pytest.raises(Problem, match="no revision yet"):
        services.films.revision(tenant, film)
    first = revision_row(services, tenant, film)
    side = revision_row(services, tenant, film, "side")
    assert services.films.revision(tenant, film) == first
    assert services.films.revision(tenant, film, "2") == side
    assert services.films.latest(tenant, film, "side") == side
    assert services.films.latest(tenant, film, "none") is None
    restored = services.films.restore(tenant, film, side)
    assert (restored.number, restored.parent, restored.branch) == (3, first.id, "main")
    assert services.films.revision(tenant, film) == restored
    services.films.approve(tenant, side, "Ada")
    services.films.approve(tenant, side, "Bo")
    assert services.films.revision(tenant, film, side.id).approved_by == "Ada"
    for name in ("99", "x", "\u0663", "9" * 40):
        with pytest.raises(Problem, match="no revision"):
            services.films.revision(tenant, film, name)


def test_quotas_are_kept(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    film_row(services, tenant)
    for quotas, status in ((Quotas(films=1), 403), (Quotas(unfinished_jobs=1), 429)):
        with pytest.raises(Problem) as refused:
            film_row(services, dataclasses.replace(tenant, quotas=quotas))
        assert refused.value.status == status
    assert len(services.films.list(tenant, Wanted()).items) == 1
