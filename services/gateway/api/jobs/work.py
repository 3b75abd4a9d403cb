"""What jobs do: each kind is a coroutine that makes something and says what is to be written."""

from __future__ import annotations

import json
import mimetypes
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.gateway.api.films.briefs import read_brief_document
from services.gateway.api.films.edits import parse_documents, source_folder
from services.gateway.api.films.revisions import MAIN, NewRevision, add_revision
from services.gateway.api.jobs.service import Job
from services.gateway.api.jobs.stages import Stages
from services.gateway.api.keys.service import Tenant
from services.gateway.api.services import Services
from services.gateway.build_plan import delivery_of
from services.gateway.made_film import MadeFilm
from services.gateway.make import make_film
from services.gateway.revise import edit_film
from shared.builds import Builds
from shared.database import Connection
from shared.digest import Digest
from shared.errors import NotFound
from shared.requests import Quality
from shared.schema import from_document, to_json
from shared.settings import Settings
from shared.timeline import Timeline

Write = Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Done:
    """What a job made: `result` for whoever asks, and the rows to write as it ends."""

    result: dict[str, Any]
    write: Write


Work = Callable[[Services, Tenant, Job, Stages], Awaitable[Done]]


async def make(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
    """Make the first revision of a film from its brief."""
    brief = read_brief_document(
        job.request["brief"], lambda name: services.references.get(tenant, name)
    )
    settings = settings_for(services, tenant)
    with workplace() as folder, services.references.as_files(folder, brief.references):
        made = await make_film(
            settings,
            brief.spec,
            Path("film"),
            draft=bool(job.request.get("draft")),
            watcher=stages,
        )
        return made_revision(services, job, made, parent=None, branch=MAIN)


async def edit(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
    """Make the revision of an edit from its parent."""
    asked, film = job.request, job.film
    if film is None:
        raise NotFound("an edit without its film")
    parent = services.films.revision(tenant, film, asked["parent"])
    settings = settings_for(services, tenant)
    with workplace(), source_folder(services.blobs, parent.files) as source:
        made = await edit_film(
            settings,
            source,
            parse_documents(asked["operations"]),
            Path("film"),
            verify_all=False,
            watcher=stages,
        )
        return made_revision(services, job, made, parent=parent.id, branch=asked["branch"])


# Others add theirs: a kind, and what performs it in the film worker.
KINDS: dict[str, Work] = {"make": make, "edit": edit}


def settings_for(services: Services, tenant: Tenant) -> Settings:
    """The settings of a job: its tenant's salt, and the attestations that the tenant has."""
    consent = replace(
        services.settings.consent,
        attestations=services.attestations.of(tenant),
        tenant=tenant.id,
    )
    return replace(services.settings, salt=tenant.salt, consent=consent)


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder to work in, and this process in it: paths in reports are relative to it.

    The worker does one job at a time, so nobody else in this process minds where it is.
    """
    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="onbeat-job-") as name:
        os.chdir(name)
        try:
            yield Path(name)
        finally:
            os.chdir(before)


def made_revision(
    services: Services, job: Job, made: MadeFilm, *, parent: str | None, branch: str
) -> Done:
    """A film in its folder as the revision that a job ends with; its files are in the store."""
    files = _stored(services, made.folder)
    timeline = from_document(Timeline, _document(made.folder, "timeline.json"))
    draft = made.report.get("quality") == Quality.DRAFT
    delivery = delivery_of(timeline, draft=draft)
    digest = Digest.of_bytes(to_json(timeline))
    found = Builds(services.database).find(digest, delivery)
    if found is None:
        raise NotFound("the film's build was forgotten while it was being written down")
    new = NewRevision(
        film=str(job.film),
        parent=parent,
        branch=branch,
        edit=job.request.get("edit"),
        job=job.id,
        build=str(found[0]),
        files=files,
        summary=_summary(made.report),
        approved_by=job.request.get("approved_by"),
    )
    result = {"film": job.film, "revision": new.id, "branch": branch, "summary": new.summary}

    def write(connection: Connection) -> None:
        add_revision(connection, job.tenant, new)

    return Done(dict(result), write)


def _stored(services: Services, folder: Path) -> dict[str, str]:
    return {
        path.name: str(services.blobs.put_file(path))
        for path in sorted(folder.iterdir())
        if path.is_file()
    }


def _document(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text("utf-8"))


def _summary(report: Mapping[str, Any]) -> dict[str, Any]:
    summary = dict(report["summary"])
    ran = [action for action in report["actions"] if not action["hit"]]
    return {
        "duration_seconds": report["duration_seconds"],
        "size": report["size"],
        "frame_rate": report["frame_rate"],
        "shots": len(report["shots"]),
        "actions_run": len(ran),
        "actions_reused": len(report["actions"]) - len(ran),
        "is_draft": report.get("quality") == Quality.DRAFT,
        "warnings": list(report.get("warnings", [])),
        **{name: value for name, value in summary.items() if isinstance(value, int | float)},
    }


def media_type_of(name: str) -> str:
    """The media type of a film's file by its name."""
    known = {".srt": "application/x-subrip", ".vtt": "text/vtt", ".mp4": "video/mp4"}
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return known.get(Path(name).suffix, guessed)
