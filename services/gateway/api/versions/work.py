"""Jobs that make other versions of a finished revision: shorter, or for an editing program."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from fractions import Fraction
from pathlib import Path

from services.gateway.api.films.edits import source_folder
from services.gateway.api.films.revisions import MAIN
from services.gateway.api.jobs.service import Job
from services.gateway.api.jobs.stages import Stages
from services.gateway.api.jobs.work import Done, Work, made_revision, settings_for, workplace
from services.gateway.api.keys.service import Tenant
from services.gateway.api.services import Services
from services.gateway.api.versions.pins import EXPORT, export_pin, pin
from shared.blobs import BlobStore
from shared.database import Connection
from shared.digest import Digest

CUTDOWN = "cutdown"


async def cutdown(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
    """Make a shorter film of another film's revision; shots that stay are its own packets."""
    from services.gateway.versions.cutdown import make_cutdown

    asked = job.request
    source = services.films.revision(tenant, asked["source_film"], asked["source"])
    seconds = Fraction(asked["seconds"])
    with workplace(), source_folder(services.blobs, source.files) as folder:
        made, told = await make_cutdown(
            settings_for(services, tenant), folder, seconds, Path("film"), stages
        )
        done = made_revision(services, job, made, parent=source.id, branch=MAIN)
    return Done({**done.result, "cutdown": dict(told)}, done.write)


async def export(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
    """Hand a revision over to editing programs: one zip, pinned under the job's id."""
    from services.gateway.handover.command import export_film
    from services.gateway.handover.package import Wanted, formats_named

    asked = job.request
    source = services.films.revision(tenant, str(job.film), asked["revision"])
    wanted = Wanted(
        formats_named(",".join(asked["formats"])), asked["baked"] == "all", asked["handles"]
    )
    settings = settings_for(services, tenant)
    with workplace() as folder, _files(services.blobs, source.files) as film:
        handed = await export_film(settings, film, folder / "handover", wanted)
        archive = folder / "handover.zip"
        names = _zip(folder / "handover", archive)
        digest = services.blobs.put_file(archive)

    def write(connection: Connection) -> None:
        pin(connection, export_pin(job.id), digest)

    result = {
        "film": job.film,
        "revision": source.id,
        "url": export_url(str(job.film), job.id),
        "size_bytes": digest.size_bytes,
        "files": names,
        "shots": len(handed.events),
        "baked": sum(event.is_baked for event in handed.events),
    }
    return Done(result, write)


KINDS: dict[str, Work] = {CUTDOWN: cutdown, EXPORT: export}


def export_url(film: str, job: str) -> str:
    """Where the zip of an export is."""
    return f"/v1/films/{film}/exports/{job}"


@contextmanager
def _files(blobs: BlobStore, files: Mapping[str, str]) -> Iterator[Path]:
    """A folder with all files of a revision, for as long as the block lasts."""
    with source_folder(blobs, files) as folder, ExitStack() as stack:
        for name, digest in files.items():
            if not (folder / name).exists():
                local = stack.enter_context(blobs.local_path(Digest.parse(digest)))
                (folder / name).symlink_to(local.absolute())
        yield folder


def _zip(folder: Path, archive: Path) -> list[str]:
    """Everything in a folder as a zip; media is not compressed again."""
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
        for name in names:
            file.write(folder / name, name)
    return names
