"""Characters: clips with a name, to be mentioned in prompts."""

from __future__ import annotations

import json
from typing import Any

from services.gateway.api.ids import is_id
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import not_found
from services.gateway.api.references.service import StoredReference
from services.gateway.api.services import Services
from services.gateway.compat.openai_videos.wishes import handle_of

MAX_NAME_CHARS = 100
# Where a reference keeps the name of the character that it is.
_NAME = "character"
_PREFIX = "char"


def character_handle(api: Services, tenant: Tenant, name: str) -> str | None:
    """The handle that a character's clip can have: of its name, None if that is taken."""
    handle = handle_of(name)
    if handle is None or api.references.is_there(tenant, f"@{handle}"):
        return None
    return handle


def name_character(
    api: Services, tenant: Tenant, reference: StoredReference, name: str
) -> dict[str, Any]:
    """Make a reference a character; returns the character as it is answered."""
    info = {**reference.info, _NAME: name}
    api.database.write(
        (
            "UPDATE media_references SET info = :info WHERE id = :id AND tenant = :tenant",
            {"info": json.dumps(info), "id": reference.id, "tenant": tenant.id},
        )
    )
    return _document(reference, name)


def get_character(api: Services, tenant: Tenant, character: str) -> dict[str, Any]:
    """One character; raises `Problem` 404."""
    reference = character_reference(api, tenant, character)
    return _document(reference, reference.info[_NAME])


def character_reference(api: Services, tenant: Tenant, character: str) -> StoredReference:
    """The clip of a character; raises `Problem` 404."""
    _, _, rest = character.partition("_")
    id_ = f"ref_{rest}"
    if not is_id(_PREFIX, character) or not api.references.is_there(tenant, id_):
        raise not_found("character", character)
    found = api.references.get(tenant, id_)
    if _NAME not in found.info:
        raise not_found("character", character)
    return found


def _document(reference: StoredReference, name: str) -> dict[str, Any]:
    return {
        "id": f"{_PREFIX}_{reference.id.partition('_')[2]}",
        "object": "video.character",
        "created_at": int(reference.created_at),
        "name": name,
    }
