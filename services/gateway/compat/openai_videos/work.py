"""Jobs behind videos that are made of other videos; a new prompt is an ordinary `make` job."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from services.gateway.api.films.briefs import read_brief_document
from services.gateway.api.films.edits import parse_documents, source_folder
from services.gateway.api.films.revisions import MAIN
from services.gateway.api.jobs.service import Job
from services.gateway.api.jobs.stages import Stages
from services.gateway.api.jobs.work import Done, Work, made_revision, settings_for, workplace
from services.gateway.api.keys.service import Tenant
from services.gateway.api.services import Services
from services.gateway.compat.openai_videos.continuation import Continuation, as_one_shot
from services.gateway.direction.understand import understand
from services.gateway.edits.apply import apply_operations
from services.gateway.edits.operation import Operation
from services.gateway.make import make_film
from services.gateway.revise import Change, revise_film
from shared.errors import InvalidInput
from shared.runner import LocalRunner
from shared.schema import from_json
from shared.sync_map import SyncMap
from shared.timeline import Timeline

REMIX, FROM_FILE = "openai_remix", "openai_from_file"


async def remix(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
    """Make a film of another film's revision: with operations, or longer by `seconds`."""
    asked = job.request
    source = services.films.revision(tenant, asked["source_film"], asked["source"])
    settings = settings_for(services, tenant)
    change = _change(asked.get("operations"), asked.get("seconds"), asked["prompt"])
    with workplace(), source_folder(services.blobs, source.files) as folder:
        made = await revise_film(
            settings, folder, change, Path("film"), verify_all=False, watcher=stages
        )
        return made_revision(services, job, made, parent=source.id, branch=MAIN)


async def from_file(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
    """Make a film of an uploaded clip as it is, then do to it what is asked."""
    asked = job.request
    brief = read_brief_document(asked["brief"], lambda name: services.references.get(tenant, name))
    settings = settings_for(services, tenant)
    follow = _change(None, asked.get("seconds"), asked["prompt"])

    async def change(runner: LocalRunner, film: Timeline) -> Timeline:
        return await follow(runner, await as_one_shot(runner, film))

    with workplace() as folder, services.references.as_files(folder, brief.references):
        await make_film(settings, brief.spec, Path("before"), draft=False, watcher=stages)
        made = await revise_film(
            settings, Path("before"), change, Path("film"), verify_all=False, watcher=stages
        )
        return made_revision(services, job, made, parent=None, branch=MAIN)


KINDS: dict[str, Work] = {REMIX: remix, FROM_FILE: from_file}


def _change(documents: Sequence[object] | None, seconds: str | None, prompt: str) -> Change:
    if seconds is not None:
        return Continuation(Fraction(seconds), prompt)

    async def directed(runner: LocalRunner, film: Timeline) -> Timeline:
        operations: Sequence[Operation]
        if documents is not None:
            operations = parse_documents(documents)
        else:
            operations = _understood(runner, film, prompt)
        return await apply_operations(runner, film, operations)

    return directed


def _understood(runner: LocalRunner, film: Timeline, prompt: str) -> Sequence[Operation]:
    heard = None
    if film.sync_map is not None:
        heard = from_json(SyncMap, runner.blobs.read(film.sync_map))
    try:
        return understand(prompt, film, heard).operations
    except InvalidInput as error:
        raise error.about("prompt") from error
