"""What the jobs of a batch do: the batch's own begins it, each row's makes a film."""

from __future__ import annotations

import asyncio

from services.gateway.api.batches import planning
from services.gateway.api.batches.service import BATCH, ROW, advance
from services.gateway.api.jobs.events import append_event
from services.gateway.api.jobs.service import Job, LostJob
from services.gateway.api.jobs.stages import Stages
from services.gateway.api.jobs.work import Done, Work, make
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import Problem
from services.gateway.api.services import Services
from shared.database import Connection
from shared.errors import Cancelled, InvalidInput, OnbeatError, Unavailable


async def begin(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
    """Queue the first row with the end of the batch's own job."""

    def write(connection: Connection) -> None:
        advance(services, connection, tenant, job)

    return Done({"batch": job.id, "rows": len(job.request["rows"])}, write)


async def make_row(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
    """Make a row's film; the next row is queued before, so that no row stops those after it."""
    batch = services.jobs.get(tenant, job.request["batch"])
    with services.database.writing() as connection:
        advance(services, connection, tenant, batch)
    services.jobs.wake()
    told = {"batch": batch.id, "row": job.request["row"]}
    try:
        done = await make(services, tenant, job, stages)
    except (LostJob, Unavailable):
        raise
    except (Cancelled, asyncio.CancelledError) as error:
        is_unwanted = services.jobs.get(tenant, job.id).cancel_requested
        if isinstance(error, asyncio.CancelledError) and not is_unwanted:
            raise  # Its worker was told to end: another one goes on.
        _end(services, tenant, job, batch, Cancelled("cancelled"))
        raise LostJob(f"job {job.id} has ended") from None
    except (OnbeatError, Problem) as error:
        _fail(services, tenant, job, batch, error)
        raise LostJob(f"job {job.id} has ended") from None

    def write(connection: Connection) -> None:
        done.write(connection)
        data = {**told, "revision": done.result["revision"]}
        append_event(
            connection, tenant.id, "batch.row.completed", job=job.id, film=job.film, data=data
        )
        advance(services, connection, tenant, batch)

    return Done({**done.result, **told}, write)


def _fail(
    services: Services, tenant: Tenant, job: Job, batch: Job, problem: OnbeatError | Problem
) -> None:
    """End a row's job as failed. Told before: told twice is better than not at all."""
    error = InvalidInput(problem.detail) if isinstance(problem, Problem) else problem
    data = {
        "batch": batch.id,
        "row": job.request["row"],
        "error": {"code": error.code, "detail": error.message},
    }
    with services.database.writing() as connection:
        append_event(
            connection, tenant.id, "batch.row.failed", job=job.id, film=job.film, data=data
        )
    _end(services, tenant, job, batch, error)


def _end(services: Services, tenant: Tenant, job: Job, batch: Job, error: OnbeatError) -> None:
    services.jobs.fail(job, error)
    with services.database.writing() as connection:
        advance(services, connection, tenant, batch)


KINDS: dict[str, Work] = {BATCH: begin, ROW: make_row, **planning.KINDS}
