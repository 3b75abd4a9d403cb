"""Edits as rows: one after the other on a branch, never two of one revision."""

from __future__ import annotations

import pytest

from services.gateway.api.films.edits import parse_documents
from services.gateway.api.problems import Problem
from services.gateway.api.services import Services
from shared.errors import InvalidInput
from tests.gateway.api.films.rows import film_row, revision_row

LOCK = parse_documents([{"op": "lock", "shot": "#1"}])


def test_a_branch_takes_one_edit_at_a_time(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    film, _ = film_row(services, tenant)
    first = revision_row(services, tenant, film)
    made = services.edits.submit(tenant, first, "main", LOCK)
    with pytest.raises(Problem) as refused:
        services.edits.submit(tenant, first, "main", LOCK)
    assert refused.value.code == "edit_in_progress"
    assert refused.value.more["job"] == made.job
    services.edits.submit(tenant, first, "other", LOCK)
    services.jobs.cancel(tenant, made.job)
    again = services.edits.submit(tenant, first, "main", LOCK)
    services.jobs.cancel(tenant, again.job)
    second = revision_row(services, tenant, film, edit=again.id)
    with pytest.raises(Problem) as overtaken:
        services.edits.submit(tenant, first, "main", LOCK)
    assert overtaken.value.code == "edit_conflict"
    assert overtaken.value.more["latest"] == second.id
    listed = services.edits.list(tenant, film)
    assert [one["revision"] for one in listed] == [None, None, second.id]
    assert listed[0]["operations"] == [{"op": "lock", "shot": "#1"}]


def test_operations_are_counted_and_read(services: Services) -> None:
    for documents in ([], [{"op": "lock", "shot": "#1"}] * 1001, [7], [{"op": "paint"}]):
        with pytest.raises(InvalidInput):
            parse_documents(documents)
