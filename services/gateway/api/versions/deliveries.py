"""Jobs that write other files of a revision: masters, a sprite sheet, the poster."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from services.gateway.api.films.edits import source_folder
from services.gateway.api.films.revisions import Revision
from services.gateway.api.jobs.service import Job
from services.gateway.api.jobs.stages import Stages
from services.gateway.api.jobs.work import Done, Work, media_type_of, settings_for, workplace
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import not_found
from services.gateway.api.services import Services
from services.gateway.api.versions.pins import DELIVERY, delivery_pin, pin
from services.gateway.made_film import Watcher
from shared.database import Connection
from shared.digest import Digest
from shared.settings import Settings

# What each kind of delivery consists of; the first is the file itself.
FILES: dict[str, tuple[str, ...]] = {
    "textless": ("film-textless.mp4",),
    "mezzanine": ("film.mov",),
    "sprites": ("sprites.jpg", "sprites.vtt"),
    "poster": ("poster.jpg",),
}
_Master = Callable[[Settings, Path, Path, Watcher], Awaitable[Any]]


async def delivery(services: Services, tenant: Tenant, job: Job, stages: Stages) -> Done:
    """Write a delivery of a revision; its files are pinned under the job's id."""
    from services.gateway.versions.masters import mezzanine, textless_master

    kind, film = job.request["kind"], str(job.film)
    source = services.films.revision(tenant, film, job.request["revision"])
    masters: dict[str, _Master] = {"textless": textless_master, "mezzanine": mezzanine}
    told: dict[str, Any] = {}
    with workplace() as folder:
        if kind in masters:
            with source_folder(services.blobs, source.files) as documents:
                out = Path(FILES[kind][0])
                made = await masters[kind](settings_for(services, tenant), documents, out, stages)
            told = {"frames": made.frames, "shots": made.clips, "shots_kept": made.clips_kept}
        else:
            write = _write_sprites if kind == "sprites" else _write_poster
            told = await asyncio.to_thread(write, services, source, folder)
        digests = {name: services.blobs.put_file(folder / name) for name in FILES[kind]}
    result = {
        "film": film,
        "revision": source.id,
        "kind": kind,
        "files": [
            {
                "name": name,
                "url": file_url(film, job.id, name),
                "media_type": media_type_of(name),
                "size_bytes": digest.size_bytes,
            }
            for name, digest in digests.items()
        ],
        **told,
    }

    def write_down(connection: Connection) -> None:
        for name, digest in digests.items():
            pin(connection, delivery_pin(job.id, name), digest)

    return Done(result, write_down)


KINDS: dict[str, Work] = {DELIVERY: delivery}


def file_url(film: str, job: str, name: str) -> str:
    """Where a file of a delivery is; the WebVTT names its sheet relative to itself."""
    return f"/v1/films/{film}/deliveries/{job}/{name}"


def _write_sprites(services: Services, source: Revision, folder: Path) -> dict[str, Any]:
    from services.gateway.versions.sprites import sprites

    sheet, vtt = FILES["sprites"]
    with services.blobs.local_path(_digest_of(source, "film.mp4")) as film:
        made = sprites(film, sheet)
    (folder / sheet).write_bytes(made.jpeg)
    (folder / vtt).write_text(made.vtt, encoding="utf-8")
    return {"pictures": made.tiles, "step_seconds": float(made.step_seconds)}


def _write_poster(services: Services, source: Revision, folder: Path) -> dict[str, Any]:
    (name,) = FILES["poster"]
    (folder / name).write_bytes(services.blobs.read(_digest_of(source, name)))
    return {}


def _digest_of(source: Revision, name: str) -> Digest:
    if name not in source.files:
        raise not_found("file", name)
    return Digest.parse(source.files[name])
