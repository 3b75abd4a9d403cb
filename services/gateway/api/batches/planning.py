"""The job that plans a batch's rows and makes none: how much they would render, and share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from services.gateway.api.batches.rows import ReadRow
from services.gateway.api.batches.service import kept_row
from services.gateway.api.films.briefs import ReadBrief, read_brief_document
from services.gateway.api.jobs.service import Job
from services.gateway.api.jobs.stages import Stages
from services.gateway.api.jobs.work import Done, Work, settings_for, workplace
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import Problem
from services.gateway.api.services import Services
from services.gateway.batches.estimate import Estimator, RowEstimate
from services.gateway.embedded import embedded_runner
from shared.errors import InvalidInput, NotFound

PLAN = "batch_plan"
# A plan takes one film worker from its beginning to its end: other films wait.
MAX_PLANNED_ROWS = 100
_COUNTS = ("clips", "will_render", "shared", "in_store")


def submit_plan(services: Services, tenant: Tenant, rows: Sequence[ReadRow], *, draft: bool) -> str:
    """Queue the job that plans rows; returns its id. Raises `InvalidInput` for too many of them."""
    if len(rows) > MAX_PLANNED_ROWS:
        raise InvalidInput(
            f"plan: found {len(rows)} rows; expected at most {MAX_PLANNED_ROWS}, or no plan"
        )
    request = {"draft": draft, "rows": [kept_row(row) for row in rows]}
    with services.database.writing() as connection:
        job = services.jobs.submit(connection, tenant, PLAN, None, request)
    services.jobs.wake()
    return job


async def plan(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
    """Plan every row in order; the result has each row's counts and their sums."""
    rows = job.request["rows"]
    briefs = {row["row"]: _read(services, tenant, row) for row in rows}
    good = [brief for brief in briefs.values() if isinstance(brief, ReadBrief)]
    references = {one.id: one for brief in good for one in brief.references}
    found = []
    with workplace() as folder, services.references.as_files(folder, list(references.values())):
        async with embedded_runner(settings_for(services, tenant)) as runner:
            estimator = Estimator(runner, draft=job.request["draft"])
            for done, row in enumerate(rows):
                stages.stage, stages.progress = "plan", round(done / len(rows), 3)
                found.append(await _estimated(estimator, row, briefs[row["row"]]))
    return Done(_result(found), lambda connection: None)


async def _estimated(
    estimator: Estimator, row: Mapping[str, Any], brief: ReadBrief | str
) -> RowEstimate:
    if isinstance(brief, str):
        return RowEstimate(row["row"], row["name"], message=brief)
    return await estimator.estimate(row["row"], row["name"], lambda: brief.spec)


def _read(services: Services, tenant: Tenant, row: Mapping[str, Any]) -> ReadBrief | str:
    """A row's brief, or why it has none."""
    if row["brief"] is None:
        return "; ".join(
            f"row {one['row']}, {one['column']}: found {one['found']}; expected {one['expected']}"
            for one in row["errors"]
        )
    try:
        return read_brief_document(row["brief"], lambda name: services.references.get(tenant, name))
    except (InvalidInput, NotFound) as error:
        return error.message
    except Problem as problem:  # a reference was deleted since
        return problem.detail


def _result(found: Sequence[RowEstimate]) -> dict[str, Any]:
    rows = []
    for one in found:
        row = asdict(one)
        row["error"] = row.pop("message") or None
        del row["errors"]
        rows.append(row)
    sums: dict[str, Any] = {name: sum(row[name] for row in rows) for name in _COUNTS}
    sums["cpu_seconds"] = round(sum(one.cpu_seconds or 0.0 for one in found), 2)
    return {"rows": rows, **sums, "refused": sum(row["error"] is not None for row in rows)}


KINDS: dict[str, Work] = {PLAN: plan}
