"""Batches as jobs: one row waits at a time, and whoever begins again finds what there is."""

from __future__ import annotations

import pytest

from services.gateway.api.batches import service
from services.gateway.api.batches.rows import ReadRow
from services.gateway.api.films.briefs import ReadBrief, read_brief_document
from services.gateway.api.paging import Wanted
from services.gateway.api.problems import Problem
from services.gateway.api.services import Services


def brief() -> ReadBrief:
    def find(name: str) -> None:
        raise AssertionError(name)

    return read_brief_document({"prompt": "a red ball"}, find)  # type: ignore[arg-type]


def rows(count: int) -> list[ReadRow]:
    return [ReadRow(number, f"film {number}", brief(), ()) for number in range(1, count + 1)]


def test_rows_are_queued_one_by_one_under_the_same_ids(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    id_ = service.create(services, tenant, rows(250), draft=True)
    batch = service.find(services, tenant, id_)
    for _ in range(2):
        with services.database.writing() as connection:
            service.advance(services, connection, tenant, batch)
    _, statuses = service.status_of(services, tenant, batch)
    assert service.counts(statuses) == {"queued": 1, "waiting": 249}
    assert (statuses[0].job, statuses[0].film) == service.row_ids(tenant, batch, 1)
    assert services.films.get(tenant, str(statuses[0].film)).metadata == {"batch": id_, "row": "1"}
    assert [job.id for job in service.list_batches(services, tenant, Wanted()).items] == [id_]


def test_a_batch_goes_on_when_its_waiting_row_was_cancelled_by_itself(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    batch = service.find(services, tenant, service.create(services, tenant, rows(2), draft=True))
    claimed = services.jobs.claim("nobody", 60)
    assert claimed is not None

    services.jobs.finish(
        claimed, {}, lambda connection: service.advance(services, connection, tenant, batch)
    )
    services.jobs.cancel(tenant, service.row_ids(tenant, batch, 1)[0])
    state, statuses = service.status_of(services, tenant, batch)
    assert state == "running"
    assert [status.state for status in statuses] == ["cancelled", "queued"]


def test_cancelling_ends_a_batch_once(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    batch = service.create(services, tenant, rows(3), draft=True)
    for _ in range(2):
        service.cancel(services, tenant, batch)
    state, _ = service.status_of(services, tenant, service.find(services, tenant, batch))
    assert state == "cancelled"
    told = services.database.read("SELECT type FROM events WHERE type = 'batch.completed'")
    assert len(told) == 1


def test_others_do_not_find_it(services: Services) -> None:
    batch = service.create(services, services.keys.tenant(create=True), rows(1), draft=True)
    other = services.keys.tenant("other", create=True)
    with pytest.raises(Problem) as refused:
        service.find(services, other, batch)
    assert refused.value.status == 404
