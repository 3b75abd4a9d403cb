"""Pictures, clips and sounds of a request: files, data: URLs, and references that are here."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from starlette.datastructures import UploadFile

from services.gateway.api.ids import is_id
from services.gateway.api.keys.service import Tenant
from services.gateway.api.references.names import parse_filename
from services.gateway.api.references.service import Purpose, StoredReference
from services.gateway.api.services import Services
from services.gateway.compat.openai_videos.errors import bad_field
from shared.errors import InvalidInput

MAX_ATTACHMENTS = 24
# Where a request may have them, and what each is to be: the kind it must have, its role.
FIELDS: Mapping[str, tuple[str | None, str | None]] = {
    "input_reference": (None, "first_frame"),
    "image_reference": ("image", None),
    "video_reference": ("video", None),
    "audio_reference": ("audio", None),
    "references": (None, None),
}
_URLS = ("url", "image_url", "video_url", "audio_url")
_IDS = ("file_id", "id")
_DATA = re.compile(r"data:([a-z]+)/([a-z0-9.+-]+)(?:;[a-z0-9=._-]+)*;base64,", re.IGNORECASE)
_HANDLE = re.compile(r"@[A-Za-z][A-Za-z0-9_-]{0,63}")
_SUFFIXES = {
    "jpeg": "jpg", "mpeg": "mp3", "x-wav": "wav", "wave": "wav", "quicktime": "mov",
    "x-matroska": "mkv", "mp4": "mp4", "x-m4a": "m4a", "x-flac": "flac", "vnd.wave": "wav",
}  # fmt: skip
_MAGIC = {
    b"\x89PNG": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"GIF8": ".gif",
    b"\x1aE\xdf\xa3": ".webm",
    b"fLaC": ".flac",
    b"OggS": ".ogg",
    b"ID3": ".mp3",
    b"\xff\xfb": ".mp3",
}
_HEAD_BYTES = 16
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Attached:
    """A reference that a request brought or named, the field it was in, and its role there."""

    reference: StoredReference
    field: str
    role: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says of one attachment: a file, or the text that leads to it."""

    field: str
    value: UploadFile | str
    is_url: bool
    kind: str | None
    role: str | None


def asked_for(body: Mapping[str, Any]) -> tuple[Asked, ...]:
    """All attachments of a request, in the order of `FIELDS`; raises `Problem` 400."""
    found = [
        one
        for field, (kind, role) in FIELDS.items()
        for item in _items(body.get(field))
        for one in _read(field, item, kind, role)
    ]
    if len(found) > MAX_ATTACHMENTS:
        field = found[-1].field
        raise bad_field(field, f"found {len(found)} files; expected at most {MAX_ATTACHMENTS}")
    return tuple(found)


async def attach(api: Services, tenant: Tenant, asked: Sequence[Asked]) -> list[Attached]:
    """Take all in, one after the other; raises what taking a file in raises."""
    return [Attached(await take(api, tenant, one), one.field, one.role) for one in asked]


async def take(
    api: Services, tenant: Tenant, asked: Asked, handle: str | None = None
) -> StoredReference:
    """The reference of an attachment: made of its bytes, or one that is here.

    Raises `Problem` for an address elsewhere, an unknown id, and a file of the wrong kind.
    """
    if isinstance(asked.value, str) and not asked.is_url:
        reference = await asyncio.to_thread(api.references.get, tenant, asked.value)
    else:
        reference = await _take_in(api, tenant, asked, handle)
    if asked.kind is not None and reference.kind != asked.kind:
        found = f"{reference.filename} is {reference.kind}"
        raise bad_field(asked.field, f"{asked.field}: {found}, expected {asked.kind}")
    return reference


async def _take_in(
    api: Services, tenant: Tenant, asked: Asked, handle: str | None
) -> StoredReference:
    if isinstance(asked.value, UploadFile):
        name, chunks = await _name_of(asked.value, asked.field), _chunks(asked.value)
    else:
        name, data = _decoded(asked.value, asked.field)
        chunks = _once(data)
    try:
        return await api.uploads.take_at_once(tenant, name, chunks, handle, Purpose.MEDIA)
    except InvalidInput as error:
        raise bad_field(asked.field, f"{asked.field}: {error.message}") from error


def _items(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def _read(field: str, item: Any, kind: str | None, role: str | None) -> list[Asked]:
    if isinstance(item, UploadFile):
        return [Asked(field, item, False, kind, role)]
    if isinstance(item, str):
        is_url = ":" in item
        return [_checked(field, item, is_url, kind, role)]
    if not isinstance(item, dict):
        raise bad_field(field, f"{field}: expected a file, a file_id or an image_url")
    named = item.get("type")
    if isinstance(named, str):
        word = named.removesuffix("_url")
        if word not in ("image", "video", "audio"):
            raise bad_field(field, f"{field}: type {named[:40]!r}; expected image, video or audio")
        if kind not in (None, word):
            raise bad_field(field, f"{field}: expected {kind}, found type {word}")
        kind = word
    role = item["role"] if isinstance(item.get("role"), str) else role
    given = [(name, item[name]) for name in (*_URLS, *_IDS) if item.get(name) is not None]
    if len(given) != 1:
        raise bad_field(field, f"{field}: expected exactly one of file_id, image_url, url")
    name, value = given[0]
    if isinstance(value, dict):  # {"image_url": {"url": ...}}, as in chats
        value = value.get("url")
    if isinstance(value, UploadFile):
        return [Asked(field, value, False, kind, role)]
    if not isinstance(value, str):
        raise bad_field(field, f"{field}: {name} is not text")
    return [_checked(field, value, name in _URLS, kind, role)]


def _checked(field: str, value: str, is_url: bool, kind: str | None, role: str | None) -> Asked:
    if is_url and not value.startswith("data:"):
        raise bad_field(
            field,
            f"{field}: addresses are not fetched; send the file itself, a data: URL, or the id of "
            "a reference (POST /v1/references)",
            "url_not_allowed",
        )
    if not is_url and not (is_id("ref", value) or _HANDLE.fullmatch(value)):
        raise bad_field(
            field, f"{field}: expected the id of a reference (ref_...), found {value[:60]!r}"
        )
    return Asked(field, value, is_url, kind, role)


def _decoded(url: str, field: str) -> tuple[str, bytes]:
    match = _DATA.match(url)
    if match is None:
        raise bad_field(field, f"{field}: expected data:image/png;base64,... or the like")
    try:
        data = base64.b64decode(url[match.end() :], validate=True)
    except (binascii.Error, ValueError):
        raise bad_field(field, f"{field}: the data: URL is not Base64") from None
    if not data:
        raise bad_field(field, f"{field}: the data: URL is empty")
    kind = match[2].lower()
    return f"{match[1].lower()}.{_SUFFIXES.get(kind, kind)[:10]}", data


async def _name_of(file: UploadFile, field: str) -> str:
    """The file's name; one without an ending (SDKs send bytes as "upload") gets that it needs."""
    try:
        name = parse_filename(file.filename or field)
    except InvalidInput as error:
        raise bad_field(field, f"{field}: {error.message}") from None
    if PurePath(name).suffix:
        return name
    await file.seek(0)
    return name + suffix_of(await file.read(_HEAD_BYTES))


def suffix_of(head: bytes) -> str:
    """The ending that a file needs by its first bytes, "" for what is not known."""
    if head[4:8] == b"ftyp":
        return ".mov" if head[8:10] == b"qt" else ".mp4"
    if head[:4] == b"RIFF":
        return {b"WAVE": ".wav", b"WEBP": ".webp", b"AVI ": ".avi"}.get(head[8:12], "")
    return next((suffix for magic, suffix in _MAGIC.items() if head.startswith(magic)), "")


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    await file.seek(0)
    while chunk := await file.read(_CHUNK_BYTES):
        yield chunk


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
