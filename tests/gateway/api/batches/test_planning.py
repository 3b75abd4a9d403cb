"""The job that plans rows; what it counts is tested with real films in test_endpoints.py."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from services.gateway.api.batches import planning, work
from services.gateway.api.batches.rows import ReadRow
from services.gateway.api.jobs.stages import Stages
from services.gateway.api.jobs.work import KINDS
from services.gateway.api.keys.service import Tenant
from services.gateway.api.services import Services
from services.gateway.batches.rows import RowError
from shared.errors import InvalidInput


def _refused(number: int) -> ReadRow:
    error = RowError(number, "hero", "'x'", "the id of a reference")
    return ReadRow(number, f"{number:03}", None, (error,))


def _result(services: Services, tenant: Tenant, rows: list[ReadRow]) -> dict[str, Any]:
    id_ = planning.submit_plan(services, tenant, rows, draft=True)
    job = services.jobs.claim("a worker", 60.0)
    assert job is not None
    assert (job.id, job.kind, job.film) == (id_, planning.PLAN, None)
    done = asyncio.run(planning.plan(services, tenant, job, Stages()))
    return done.result


def test_its_kind_is_its_own_and_film_workers_do_it() -> None:
    assert planning.PLAN in work.KINDS
    assert planning.PLAN not in KINDS


def test_rows_that_cannot_be_made_are_said_and_cost_nothing(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    result = _result(services, tenant, [_refused(1), _refused(2)])
    assert [row["error"] for row in result["rows"]] == [
        f"row {n}, hero: found 'x'; expected the id of a reference" for n in (1, 2)
    ]
    assert (result["refused"], result["clips"], result["cpu_seconds"]) == (2, 0, 0)


def test_more_rows_than_may_be_planned_are_refused(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    rows = [_refused(n) for n in range(planning.MAX_PLANNED_ROWS + 1)]
    with pytest.raises(InvalidInput, match="found 101 rows; expected at most 100"):
        planning.submit_plan(services, tenant, rows, draft=True)
    assert services.jobs.claim("a worker", 60.0) is None
