"""References, uploads and attestations as JSON."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from services.gateway.api.schema import Schema, ShortText


class Reference(Schema):
    """A file that was taken in; a brief names it by its id, or by its handle as "@handle"."""

    id: str
    handle: str | None
    filename: str
    kind: str = Field(description="image, video, audio, text, font or table")
    size_bytes: int
    info: dict[str, Any] = Field(description="what probing found: codec, size, length, sound")
    created_at: float


class Upload(Schema):
    """An upload that can be resumed; `reference` is set when its file was taken in."""

    id: str
    filename: str
    size_bytes: int
    offset_bytes: int
    reference: str | None
    refused: str | None = Field(description="why the file was not taken in")
    expires_at: float


class NewAttestation(Schema):
    """Somebody's word that whoever is shown in a reference agrees to it being used."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"signer": "Ada Moe, producer", "signed_at": "2026-05-01T12:00:00+00:00"}
        }
    )

    signer: ShortText
    signed_at: ShortText


class Attestation(NewAttestation):
    """An attestation as it is kept."""

    id: str
    reference: str
    created_at: float
    revoked_at: float | None
