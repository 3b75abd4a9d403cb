"""A film that a job makes from another film's revision: cut down, or in another language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.gateway.api.films.revisions import Revision
from services.gateway.api.ids import new_id
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import Problem
from services.gateway.api.services import Services
from shared.database import NOW


@dataclass(frozen=True, slots=True)
class Derived:
    """What is to be made: the kind of its job and what that is asked, its name and metadata."""

    kind: str
    request: Mapping[str, Any]
    name: str
    metadata: Mapping[str, str]


def derive(api: Services, tenant: Tenant, source: Revision, wanted: Derived) -> tuple[str, str]:
    """A film with the brief of another, and the job that makes it; returns both ids.

    The job is asked also for `source_film` and `source`. Raises `Problem` for a full quota.
    """
    parent = api.films.get(tenant, source.film)
    ((count,),) = api.database.read(
        "SELECT COUNT(*) FROM films WHERE tenant = :tenant AND deleted_at IS NULL",
        {"tenant": tenant.id},
    )
    if count >= tenant.quotas.films:
        raise Problem(403, "quota_exceeded", f"{count} films; no more are allowed")
    film = new_id("film")
    values = {"id": film, "tenant": tenant.id, "brief": parent.brief, "name": wanted.name[:200]}
    request = {"source_film": source.film, "source": source.id, **wanted.request}
    with api.database.writing() as connection:
        connection.execute(
            "INSERT INTO films (id, tenant, brief, name, metadata, created_at) "
            f"VALUES (:id, :tenant, :brief, :name, :metadata, {NOW}) ON CONFLICT (id) DO NOTHING",
            {**values, "metadata": json.dumps(dict(wanted.metadata))},
        )
        job = api.jobs.submit(connection, tenant, wanted.kind, film, request)
    api.jobs.wake()
    return film, job
