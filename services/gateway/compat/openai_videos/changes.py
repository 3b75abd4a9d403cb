"""Remixes, edits and extensions: what a prompt means for a video that is there.

A prompt that is direction in words (docs/direction.md) is done to the film, and what it does not
touch is kept packet for packet. Any other prompt makes a new film where the film was drawn from a
prompt; where it shows footage it is refused, for no part of it could do what the prompt says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from services.gateway.api.films.edits import parse_documents
from services.gateway.api.films.revisions import Revision
from services.gateway.api.keys.service import Tenant
from services.gateway.api.references.service import StoredReference
from services.gateway.api.services import Services
from services.gateway.compat.openai_videos.errors import bad_field
from services.gateway.compat.openai_videos.identity import MODEL, video_id
from services.gateway.compat.openai_videos.objects import SIZE, Row, video_object
from services.gateway.compat.openai_videos.videos import Facts, Videos
from services.gateway.compat.openai_videos.wishes import DEFAULT_MODEL, seconds_text
from services.gateway.compat.openai_videos.work import FROM_FILE, REMIX
from services.gateway.direction.understand import Direction, Refused, understand
from services.gateway.edits.generated import is_drawn_film
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.schema import from_json
from shared.sync_map import SyncMap
from shared.timeline import Timeline

_MAX_SIDE = 4096


async def remix(api: Services, tenant: Tenant, video: str, prompt: str) -> str:
    """A video made of another by a prompt; returns its id. Raises `Problem` 400 or 404."""
    videos = Videos(api, tenant)
    row, revision = await asyncio.to_thread(videos.finished, video)
    timeline, direction = await asyncio.to_thread(_direction, api, revision, prompt)
    facts = _facts(row, prompt)
    if direction.understood and not direction.refused:
        documents = list(direction.documents)
        # Tried before it is queued, so that what cannot be done is refused now.
        await api.edits.preview(tenant, revision, parse_documents(documents))
        says = [line for item in direction.understood for line in item.says]
        facts = replace(facts, made_by="edit", says=says)
        brief, _ = await asyncio.to_thread(videos.brief_of, row)
        request = {**_source(row, revision), "operations": documents, "prompt": prompt}
        return await asyncio.to_thread(videos.derive, REMIX, brief, request, facts)
    if not is_drawn_film(timeline):
        raise bad_field("prompt", f"prompt: {_refusals(direction)}", "not_understood")
    _, document = await asyncio.to_thread(videos.brief_of, row)
    return await asyncio.to_thread(videos.create, {**document, "prompt": prompt}, facts)


async def extend(api: Services, tenant: Tenant, video: str, prompt: str, by: Fraction) -> str:
    """A video that begins as another and goes on for so many seconds; returns its id."""
    videos = Videos(api, tenant)
    row, revision = await asyncio.to_thread(videos.finished, video)
    whole = float(revision.summary.get("duration_seconds", 0)) + float(by)
    facts = replace(_facts(row, prompt), seconds=seconds_text(whole), made_by="extension")
    brief, _ = await asyncio.to_thread(videos.brief_of, row)
    request = {**_source(row, revision), "seconds": str(by), "prompt": prompt}
    return await asyncio.to_thread(videos.derive, REMIX, brief, request, facts)


async def change_file(
    api: Services,
    tenant: Tenant,
    reference: StoredReference,
    prompt: str,
    model: str | None,
    by: Fraction | None,
) -> str:
    """A video of an uploaded clip, edited in words or longer by `by` seconds; returns its id.

    The words are understood when the clip is a film; what is not fails the job.
    """
    if reference.kind != "video":
        raise bad_field("video", f"video: {reference.filename} is {reference.kind}, not video")
    document = _brief_of_clip(reference)
    facts = Facts(
        prompt,
        model or DEFAULT_MODEL,
        seconds_text(float(document["duration_seconds"]) + float(by or 0)),
        document["size"],
        made_by="edit" if by is None else "extension",
    )
    videos = Videos(api, tenant)
    brief = await asyncio.to_thread(videos.add_brief, document)
    request = {"brief": document, "prompt": prompt, "seconds": str(by) if by else None}
    return await asyncio.to_thread(videos.derive, FROM_FILE, brief, request, facts)


def _brief_of_clip(reference: StoredReference) -> dict[str, Any]:
    info = reference.info
    sides = [min(_MAX_SIDE, max(64, int(info[name]) // 2 * 2)) for name in ("width", "height")]
    return {
        "references": [{"path": reference.id, "handle": reference.handle or "video1"}],
        "duration_seconds": f"{float(info['duration_seconds']):.3f}",
        "size": f"{sides[0]}x{sides[1]}",
    }


def _direction(api: Services, revision: Revision, prompt: str) -> tuple[Timeline, Direction]:
    timeline = from_json(Timeline, api.blobs.read(Digest.parse(revision.files["timeline.json"])))
    heard = None
    if timeline.sync_map is not None:
        heard = from_json(SyncMap, api.blobs.read(timeline.sync_map))
    try:
        return timeline, understand(prompt, timeline, heard)
    except InvalidInput as error:
        return timeline, Direction((), (Refused(prompt[:60], error.message, ()),))


def _source(row: Row, revision: Revision) -> Mapping[str, str]:
    return {"source_film": row.film, "source": revision.id}


def _facts(row: Row, prompt: str) -> Facts:
    document = video_object(row)
    return Facts(
        prompt,
        row.metadata.get(MODEL, DEFAULT_MODEL),
        document["seconds"],
        row.metadata.get(SIZE, document["size"]),
        remixed_from=video_id(row.film),
    )


def _refusals(direction: Direction) -> str:
    told = []
    for item in direction.refused:
        near = ", ".join(f"“{example}”" for example in item.nearest)
        told.append(f"“{item.said}” {item.reason}" + (f"; nearest: {near}" if near else ""))
    return "; ".join(told) or "nothing in it is understood"
