"""The jobs of a batch: a row that fails, or whose worker dies, does not stop the others."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from services.gateway.api.batches import service, work
from services.gateway.api.batches.rows import read_batch
from services.gateway.api.jobs.events import append_event
from services.gateway.api.jobs.service import Job
from services.gateway.api.jobs.stages import Stages
from services.gateway.api.jobs.work import Done
from services.gateway.api.jobs.worker import FilmWorker
from services.gateway.api.keys.service import Tenant
from services.gateway.api.references.service import Purpose
from services.gateway.api.services import Services, open_services
from shared.settings import Settings
from tests.contract.stores import empty_schema, postgres_url
from tests.e2e.sources import write_photo


def submit(services: Services, tenant: Tenant, folder: Path, heroes: list[str]) -> Job:
    write_photo(folder / "mug.png", (64, 48), 1)

    async def take() -> None:
        await services.references.take(
            tenant, folder / "mug.png", handle="mug", purpose=Purpose.MEDIA
        )
        await services.references.close()

    asyncio.run(take())
    rows = read_batch(
        {"references": ["{{hero:image}}"]},
        [{"hero": hero} for hero in heroes],
        "{row}",
        lambda name: services.references.get(tenant, name),
    )
    return service.find(services, tenant, service.create(services, tenant, rows, draft=True))


def test_rows_that_fail_are_told_and_the_batch_ends(services: Services, tmp_path: Path) -> None:
    tenant = services.keys.tenant(create=True)
    batch = submit(services, tenant, tmp_path, ["@mug", "@mug", "@none"])
    services.references.delete(tenant, "@mug")
    worker = FilmWorker(services, "worker")
    assert worker.do_next()
    # The first try of row 1 dies with its worker.
    lost = services.jobs.claim("dead", -1)
    assert lost is not None
    assert services.jobs.sweep(services.settings.owners_folder) == 1
    while worker.do_next():
        pass
    state, statuses = service.status_of(services, tenant, batch)
    assert state == "completed"
    assert [status.state for status in statuses] == ["failed", "failed", "refused"]
    assert "reference" in str(statuses[0].error)
    told = services.database.read(
        "SELECT type FROM events WHERE type LIKE 'batch.%' ORDER BY sequence"
    )
    types = [row["type"] for row in told]
    assert types == ["batch.row.failed", "batch.row.failed", "batch.completed"]


@pytest.mark.parametrize("is_unwanted", [False, True])
def test_a_row_whose_worker_is_told_to_end_is_given_back_unless_it_is_cancelled(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_unwanted: bool
) -> None:
    tenant = services.keys.tenant(create=True)
    batch = submit(services, tenant, tmp_path, ["@mug"])
    worker = FilmWorker(services, "worker")

    async def long(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
        if is_unwanted:
            services.jobs.cancel(tenant, job.id)
        worker.give_back()
        await asyncio.sleep(60)
        raise AssertionError

    monkeypatch.setattr(work, "make", long)
    assert worker.do_next(), "the batch itself"
    assert worker.do_next()
    _, (status,) = service.status_of(services, tenant, batch)
    assert status.state == ("cancelled" if is_unwanted else "queued")


def test_workers_that_queue_the_same_row_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with postgres_url() as url, empty_schema(url) as schema:
        services = open_services(Settings(tmp_path / "store", database=schema))
        tenant = services.keys.tenant(create=True)
        batch = submit(services, tenant, tmp_path, ["@mug", "@mug"])

        def begin() -> None:
            with services.database.writing() as connection:
                service.advance(services, connection, tenant, batch)

        with ThreadPoolExecutor(1) as other:
            with services.database.writing() as connection:
                append_event(connection, tenant.id, "film.revised")
                begun = other.submit(begin)
                wait([begun], 1.0)  # it waits for this transaction
                service.advance(services, connection, tenant, batch)
            begun.result()
        _, rows = service.status_of(services, tenant, batch)
        assert sorted(row.state for row in rows) == ["queued", "waiting"]
        services.database.dispose()
