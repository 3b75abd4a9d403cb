"""The jobs of a batch: a row that fails, or whose worker dies, does not stop the others."""

from __future__ import annotations

import asyncio
from pathlib import Path

from services.gateway.api.batches import service
from services.gateway.api.batches.rows import read_batch
from services.gateway.api.jobs.worker import FilmWorker
from services.gateway.api.references.service import Purpose
from services.gateway.api.services import Services
from tests.e2e.sources import write_photo


def test_rows_that_fail_are_told_and_the_batch_ends(services: Services, tmp_path: Path) -> None:
    tenant = services.keys.tenant(create=True)
    write_photo(tmp_path / "mug.png", (64, 48), 1)

    async def take() -> None:
        await services.references.take(
            tenant, tmp_path / "mug.png", handle="mug", purpose=Purpose.MEDIA
        )
        await services.references.close()

    asyncio.run(take())
    rows = read_batch(
        {"references": ["{{hero:image}}"]},
        [{"hero": "@mug"}, {"hero": "@mug"}, {"hero": "@none"}],
        "{row}",
        lambda name: services.references.get(tenant, name),
    )
    batch = service.find(services, tenant, service.create(services, tenant, rows, draft=True))
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
