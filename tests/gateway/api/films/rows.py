"""Films as rows, without making any."""

from __future__ import annotations

from services.gateway.api.films.briefs import ReadBrief
from services.gateway.api.films.revisions import MAIN, NewRevision, Revision, add_revision
from services.gateway.api.keys.service import Tenant
from services.gateway.api.services import Services
from services.gateway.briefs import BriefSpec

DIGEST = "0" * 64 + "/9"


def film_row(services: Services, tenant: Tenant, name: str = "film") -> tuple[str, str]:
    """A film and its job, which nobody does."""
    brief = ReadBrief(BriefSpec(), (), {})
    return services.films.create(tenant, brief, name=name, metadata={}, draft=True)


def revision_row(
    services: Services, tenant: Tenant, film: str, branch: str = MAIN, edit: str | None = None
) -> Revision:
    """A revision of it, which nobody made."""
    files = {"film.mp4": DIGEST, "timeline.json": DIGEST, "report.json": DIGEST}
    new = NewRevision(film, None, branch, edit, None, DIGEST, files, {})
    with services.database.writing() as connection:
        id_ = add_revision(connection, tenant.id, new)
    return services.films.revision(tenant, film, id_)
