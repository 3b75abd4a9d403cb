"""API keys as JSON."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from services.gateway.api.keys.service import Scope
from services.gateway.api.schema import Schema, ShortText


class NewKey(Schema):
    """A key to be made; it may do what its scope and those before it allow."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "edit bay", "scope": "write"}})

    name: ShortText
    scope: Scope = Scope.WRITE


class Key(Schema):
    """A key, without its secret."""

    id: str
    name: str
    scopes: list[Scope]
    created_at: float
    revoked_at: float | None


class CreatedKey(Key):
    """A key with its secret, which is shown this once."""

    secret: str = Field(description="send it as `Authorization: Bearer SECRET`")
