"""Files that are announced before they come, by whatever way: what is checked, and their rows."""

from __future__ import annotations

from dataclasses import dataclass

from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import Problem
from services.gateway.api.references.names import parse_filename
from services.gateway.api.references.service import Purpose, References
from shared.database import NOW, Database

_UNFINISHED = f"""
SELECT COUNT(*) FROM uploads
WHERE tenant = :tenant AND reference IS NULL AND refused IS NULL AND expires_at > {NOW}
"""
_INSERT = f"""
INSERT INTO uploads
    (id, tenant, filename, kind, handle, size_bytes, offset_bytes, created_at, expires_at)
VALUES (:id, :tenant, :filename, :kind, :handle, :size, 0, {NOW}, {NOW} + :expiry)
ON CONFLICT (id) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that is to come; `filename` is one that may be written."""

    filename: str
    size_bytes: int
    handle: str | None
    purpose: Purpose


def check_announced(
    database: Database, references: References, tenant: Tenant, file: Announced, max_bytes: int
) -> Announced:
    """The file under a name that may be written; raises as taking it in would.

    Raises `Problem` 413 or 422 for its size, and 429 where too many uploads are unfinished.
    """
    name = parse_filename(file.filename)
    if not 0 < file.size_bytes <= max_bytes:
        raise Problem(
            413 if file.size_bytes > 0 else 422,
            "too_large" if file.size_bytes > 0 else "invalid_input",
            f"{file.size_bytes} bytes; expected 1 to {max_bytes}",
        )
    references.check(tenant, file.handle, file.size_bytes, file.purpose)
    ((count,),) = database.read(_UNFINISHED, {"tenant": tenant.id})
    if count >= tenant.quotas.unfinished_uploads:
        raise Problem(429, "quota_exceeded", f"{count} uploads are unfinished; end some first")
    return Announced(name, file.size_bytes, file.handle, file.purpose)


def add_row(
    database: Database, tenant: Tenant, id_: str, file: Announced, expiry_seconds: int
) -> None:
    """Write down that a file is to come within some time."""
    values = {
        "id": id_,
        "tenant": tenant.id,
        "filename": file.filename,
        "kind": file.purpose.value,
        "handle": file.handle,
        "size": file.size_bytes,
        "expiry": expiry_seconds,
    }
    database.write((_INSERT, values))
