"""/v1/videos: the ten routes of OpenAI's Videos API."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse

from services.gateway.api.access import Api, Reader, Writer
from services.gateway.api.ids import is_id
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import not_found
from services.gateway.api.ranges import file_response
from services.gateway.api.services import Services
from services.gateway.compat.openai_videos import changes, characters
from services.gateway.compat.openai_videos.attachments import (
    Asked,
    Attached,
    asked_for,
    attach,
    take,
)
from services.gateway.compat.openai_videos.errors import OpenAiRoute, bad_field
from services.gateway.compat.openai_videos.forms import read_body, text_field
from services.gateway.compat.openai_videos.identity import PREFIX
from services.gateway.compat.openai_videos.objects import POLL_AFTER_MS, video_object
from services.gateway.compat.openai_videos.retries import once
from services.gateway.compat.openai_videos.schemas import (
    CHANGE,
    CHARACTER,
    CREATE,
    EXTEND,
    REMIX,
    body_of,
)
from services.gateway.compat.openai_videos.spritesheet import stored_spritesheet
from services.gateway.compat.openai_videos.videos import MAX_LIMIT, Facts, Videos
from services.gateway.compat.openai_videos.wishes import (
    brief_with,
    check_mentions,
    names_in,
    read_seconds,
    read_wish,
)
from services.gateway.prompts import MAX_PROMPT_CHARACTERS
from shared.digest import Digest
from shared.schema import from_json
from shared.timeline import Timeline

router = APIRouter(prefix="/v1/videos", tags=["videos (OpenAI)"], route_class=OpenAiRoute)
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"video/mp4": {"schema": {"type": "string", "format": "binary"}}}}
}
_VARIANTS = {"video": ("film.mp4", "video/mp4"), "thumbnail": ("poster.jpg", "image/jpeg")}


@router.post("", openapi_extra=body_of(CREATE))
async def create_video(request: Request, api: Api, who: Writer) -> dict[str, Any]:
    """Make a video of a prompt, and of pictures, clips and a sound if there are any."""
    body = await read_body(request)
    wish, asked = read_wish(body), asked_for(body)

    async def make() -> str:
        attached = await attach(api, who.tenant, asked)
        attached += await asyncio.to_thread(_named, api, who.tenant, body, wish.prompt, attached)
        document = brief_with(wish.brief, attached)
        check_mentions(wish.prompt, document, attached)
        facts = Facts(wish.prompt, wish.model, wish.seconds, wish.size)
        return await asyncio.to_thread(Videos(api, who.tenant).create, document, facts)

    return await _made(request, api, who, body, make)


@router.get("")
async def list_videos(
    api: Api,
    who: Reader,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 20,
    order: Literal["asc", "desc"] = "desc",
) -> dict[str, Any]:
    """All videos, the newest first unless `order` says otherwise; `after` is the last one seen."""
    rows, more = await asyncio.to_thread(Videos(api, who.tenant).list, after, limit, order)
    data = [video_object(row) for row in rows]
    return {
        "object": "list",
        "data": data,
        "first_id": data[0]["id"] if data else None,
        "last_id": data[-1]["id"] if data else None,
        "has_more": more,
    }


@router.post("/edits", openapi_extra=body_of(CHANGE))
async def edit_video(request: Request, api: Api, who: Writer) -> dict[str, Any]:
    """Change a video, or an uploaded clip, as the prompt says."""
    body = await read_body(request)
    prompt, video = text_field(body, "prompt", MAX_PROMPT_CHARACTERS), _video(body)

    async def make() -> str:
        if isinstance(video, str):
            return await changes.remix(api, who.tenant, video, prompt)
        reference = await take(api, who.tenant, video)
        return await changes.change_file(api, who.tenant, reference, prompt, None, None)

    return await _made(request, api, who, body, make)


@router.post("/extensions", openapi_extra=body_of(EXTEND))
async def extend_video(request: Request, api: Api, who: Writer) -> dict[str, Any]:
    """Go on after the end of a video; what was there is kept, packet for packet."""
    body = await read_body(request)
    prompt, video = text_field(body, "prompt", MAX_PROMPT_CHARACTERS), _video(body)
    seconds = read_seconds(body)

    async def make() -> str:
        if isinstance(video, str):
            return await changes.extend(api, who.tenant, video, prompt, seconds)
        reference = await take(api, who.tenant, video)
        return await changes.change_file(api, who.tenant, reference, prompt, None, seconds)

    return await _made(request, api, who, body, make)


@router.post("/characters", openapi_extra=body_of(CHARACTER))
async def create_character(request: Request, api: Api, who: Writer) -> dict[str, Any]:
    """Give a clip a name: `@name` in a prompt then shows it."""
    body = await read_body(request)
    name = text_field(body, "name", characters.MAX_NAME_CHARS)
    file = body.get("video")
    if not isinstance(file, UploadFile):
        raise bad_field("video", "video: expected a file", "missing_required_parameter")

    async def make() -> str:
        handle = await asyncio.to_thread(characters.character_handle, api, who.tenant, name)
        asked = Asked("video", file, False, "video", None)
        reference = await take(api, who.tenant, asked, handle)
        made = await asyncio.to_thread(characters.name_character, api, who.tenant, reference, name)
        return str(made["id"])

    made = await once(request, api.database, who, body, make)
    return await asyncio.to_thread(characters.get_character, api, who.tenant, made)


@router.get("/characters/{character}")
async def get_character(character: str, api: Api, who: Reader) -> dict[str, Any]:
    """One character."""
    return await asyncio.to_thread(characters.get_character, api, who.tenant, character)


@router.get("/{video}")
async def get_video(video: str, api: Api, who: Reader) -> Response:
    """One video; `openai-poll-after-ms` says when to ask again while it is being made."""
    document = video_object(await asyncio.to_thread(Videos(api, who.tenant).get, video))
    headers = {}
    if document["status"] in ("queued", "in_progress"):
        headers["openai-poll-after-ms"] = str(POLL_AFTER_MS)
    return JSONResponse(document, headers=headers)


@router.delete("/{video}")
async def delete_video(video: str, api: Api, who: Writer) -> dict[str, Any]:
    """Delete a video; what is being made of it is stopped."""
    await asyncio.to_thread(Videos(api, who.tenant).delete, video)
    return {"id": video, "deleted": True, "object": "video.deleted"}


@router.get("/{video}/content", response_class=Response, responses=_BYTES)
async def get_content(
    video: str,
    request: Request,
    api: Api,
    who: Reader,
    variant: Literal["video", "thumbnail", "spritesheet"] = "video",
) -> Response:
    """The video's file, a picture of it, or a sheet of its frames; with ranges."""
    _, revision = await asyncio.to_thread(Videos(api, who.tenant).finished, video)
    if variant == "spritesheet":
        digest = await asyncio.to_thread(_sheet, api, revision)
        return await file_response(request, api.blobs, digest, f"{video}.sprites.jpg", "image/jpeg")
    name, kind = _VARIANTS[variant]
    digest = Digest.parse(revision.files[name])
    suffix = name.rpartition(".")[2]
    return await file_response(request, api.blobs, digest, f"{video}.{suffix}", kind)


@router.post("/{video}/remix", openapi_extra=body_of(REMIX))
async def remix_video(video: str, request: Request, api: Api, who: Writer) -> dict[str, Any]:
    """Make another video of one: as directed in words, or of a new prompt."""
    body = await read_body(request)
    prompt = text_field(body, "prompt", MAX_PROMPT_CHARACTERS)

    async def make() -> str:
        return await changes.remix(api, who.tenant, video, prompt)

    return await _made(request, api, who, body, make)


async def _made(
    request: Request, api: Services, who: Any, body: Mapping[str, Any], make: Any
) -> dict[str, Any]:
    made = await once(request, api.database, who, body, make)
    return video_object(await asyncio.to_thread(Videos(api, who.tenant).get, made))


def _video(body: Mapping[str, Any]) -> Asked | str:
    """The video that is to be changed: a file, or the id of one; raises `Problem` 400."""
    given = body.get("video_id") or body.get("video")
    if isinstance(given, UploadFile):
        return Asked("video", given, False, "video", None)
    if isinstance(given, dict):
        given = given.get("id")
    if given is None:
        raise bad_field("video", "video: is missing", "missing_required_parameter")
    if not isinstance(given, str):
        raise bad_field("video", "video: expected a file, or {id} of a video")
    if is_id("ref", given):
        return Asked("video", given, False, "video", None)
    if not is_id(PREFIX, given):
        raise not_found("video", given)
    return given


def _named(
    api: Services, tenant: Tenant, body: Mapping[str, Any], prompt: str, have: list[Attached]
) -> list[Attached]:
    """Characters of the request, and references that its prompt mentions by their handles."""
    found = []
    given = body.get("characters") or []
    for item in given if isinstance(given, list) else [given]:
        character = item.get("id") if isinstance(item, dict) else item
        if not isinstance(character, str):
            raise bad_field("characters", "characters: expected a list of {id}")
        reference = characters.character_reference(api, tenant, character)
        found.append(Attached(reference, "characters", "subject"))
    known = {item.reference.id for item in [*have, *found]}
    for name in names_in(prompt):
        if not api.references.is_there(tenant, f"@{name}"):
            continue  # a kind and a number, or nothing: the brief's own reading says which
        reference = api.references.get(tenant, f"@{name}")
        if reference.id not in known and reference.kind in ("image", "video", "audio"):
            known.add(reference.id)
            found.append(Attached(reference, "prompt", None))
    return found


def _sheet(api: Services, revision: Any) -> Digest:
    timeline = from_json(Timeline, api.blobs.read(Digest.parse(revision.files["timeline.json"])))
    return stored_spritesheet(api.blobs, revision, timeline.frame_count)
