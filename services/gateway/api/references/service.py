"""References of a tenant: files that were taken in, under opaque ids."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from services.gateway.api.ids import is_id, new_id
from services.gateway.api.keys.service import Tenant
from services.gateway.api.paging import Page, Wanted, read_page
from services.gateway.api.problems import Problem, not_found
from services.gateway.api.references.names import parse_filename, parse_handle
from services.gateway.embedded import embedded_runner
from services.gateway.ingest import ingest
from shared.blobs import BlobStore
from shared.database import NOW, Database
from shared.digest import Digest
from shared.errors import InvalidInput, OnbeatError
from shared.fonts import MAX_FONT_BYTES
from shared.runner import LocalRunner
from shared.script import MAX_SCRIPT_BYTES, read_script
from shared.settings import Settings

_COLUMNS = "id, handle, filename, kind, size_bytes, blob, info, created_at"
_PIN = f"""
INSERT INTO pins (name, digest, owner, created_at) VALUES (:name, :digest, NULL, {NOW})
ON CONFLICT (name) DO NOTHING
"""
_INSERT = f"""
INSERT INTO media_references
    (id, tenant, handle, filename, kind, size_bytes, blob, info, created_at)
VALUES (:id, :tenant, :handle, :filename, :kind, :size, :blob, :info, {NOW})
ON CONFLICT (id) DO NOTHING
"""
_MAX_TABLE_BYTES = 32 << 20


class Purpose(StrEnum):
    """What a file is to be: media that is probed, or text, a font or a table for a brief."""

    MEDIA = "media"
    TEXT = "text"
    FONT = "font"
    TABLE = "table"


_LIMITS = {
    Purpose.TEXT: MAX_SCRIPT_BYTES,
    Purpose.FONT: MAX_FONT_BYTES,
    Purpose.TABLE: _MAX_TABLE_BYTES,
}


@dataclass(frozen=True, slots=True)
class StoredReference:
    """A reference as read; `kind` is image, video, audio, text, font or table.

    `info` is what probing found; `blob` stays inside.
    """

    id: str
    handle: str | None
    filename: str
    kind: str
    size_bytes: int
    blob: Digest
    info: dict[str, Any]
    created_at: float


class _Salted:
    """One tenant's view of a runner that all share."""

    def __init__(self, runner: LocalRunner, salt: str) -> None:
        self._runner, self._salt = runner, salt
        self.blobs = runner.blobs

    async def run(self, request: Any, subject: str = "") -> Digest:
        return (await self._runner.ask(request, subject, salt=self._salt)).digest

    def key_of(self, request: Any) -> str:
        return self._runner.key_of(request, salt=self._salt)


class References:
    """The references of one store."""

    def __init__(self, settings: Settings, database: Database, blobs: BlobStore) -> None:
        # Probing needs one worker, and leaves the others to films.
        self._settings = replace(settings, workers=1)
        self._runner: LocalRunner | None = None
        self._database = database
        self._blobs = blobs

    async def close(self) -> None:
        """Stop probing."""
        if self._runner is not None:
            await self._runner.__aexit__(None, None, None)

    async def take(
        self, tenant: Tenant, path: Path, *, handle: str | None, purpose: Purpose
    ) -> StoredReference:
        """Take in a file, whose name is the caller's (see `parse_filename`); it is kept.

        Raises `InvalidInput` for what cannot be used, `Problem` for a handle that is taken or a
        quota that is full. What is returned is durable.
        """
        self.check(tenant, handle, path.stat().st_size, purpose)
        try:
            if purpose is Purpose.MEDIA:
                kind, blob, info = await self._take_media(tenant, path)
            else:
                kind, info = purpose.value, {}
                blob = await asyncio.to_thread(self._take_document, path, purpose)
        except OnbeatError as error:
            raise _without_folder(error, path) from error
        return self._record(tenant, path.name, kind, blob, info, handle)

    def check(
        self, tenant: Tenant, handle: str | None, size_bytes: int, purpose: Purpose = Purpose.MEDIA
    ) -> None:
        """Refuse before anything is sent what would be refused at the end."""
        most = _LIMITS.get(purpose)
        if most is not None and size_bytes > most:
            raise Problem(413, "too_large", f"{size_bytes} bytes; a {purpose} has at most {most}")
        ((count, stored),) = self._database.read(
            "SELECT COUNT(*), COALESCE(SUM(size_bytes), 0) FROM media_references "
            "WHERE tenant = :tenant AND deleted_at IS NULL",
            {"tenant": tenant.id},
        )
        if count >= tenant.quotas.references:
            raise Problem(403, "quota_exceeded", f"{count} references; no more are allowed")
        if stored + size_bytes > tenant.quotas.storage_bytes:
            raise Problem(
                403,
                "quota_exceeded",
                f"{stored} bytes are stored; {tenant.quotas.storage_bytes} are allowed",
            )
        if handle is not None and self._named(tenant, parse_handle(handle)) is not None:
            raise _taken(handle)

    def get(self, tenant: Tenant, name: str) -> StoredReference:
        """A reference by its id, or by its handle as "@name"; raises `Problem` 404."""
        found = self._named(tenant, name[1:]) if name.startswith("@") else self._with(tenant, name)
        if found is None:
            raise not_found("reference", name)
        return found

    def is_there(self, tenant: Tenant, name: str) -> bool:
        """Whether `get` gives a reference."""
        try:
            self.get(tenant, name)
        except Problem:
            return False
        return True

    def list(self, tenant: Tenant, wanted: Wanted) -> Page[StoredReference]:
        """A tenant's references, the newest first."""
        where = "tenant = :tenant AND deleted_at IS NULL"
        values = {"tenant": tenant.id}
        page = read_page(self._database, _COLUMNS, "media_references", "ref", where, values, wanted)
        return Page(tuple(map(_reference, page.items)), page.next_cursor)

    def delete(self, tenant: Tenant, name: str) -> None:
        """Delete a reference; films that were made from it keep what they need of it."""
        found = self.get(tenant, name)
        self._database.write(
            (
                f"UPDATE media_references SET deleted_at = {NOW} WHERE id = :id AND tenant = :t",
                {"id": found.id, "t": tenant.id},
            ),
            ("DELETE FROM pins WHERE name = :id", {"id": found.id}),
        )

    @contextmanager
    def as_files(self, folder: Path, references: Sequence[StoredReference]) -> Iterator[None]:
        """Let references be read as `folder/<id>/<filename>` during the block."""
        with ExitStack() as stack:
            for reference in references:
                local = stack.enter_context(self._blobs.local_path(reference.blob))
                place = folder / reference.id
                place.mkdir(exist_ok=True)
                (place / reference.filename).symlink_to(local.absolute())
            yield

    async def _take_media(self, tenant: Tenant, path: Path) -> tuple[str, Digest, dict[str, Any]]:
        if self._runner is None:
            self._runner = await embedded_runner(self._settings).__aenter__()
        taken = await ingest(_Salted(self._runner, tenant.salt), path)
        info = {
            name: value
            for name, value in asdict(taken.info).items()
            if value is not None and isinstance(value, str | int | float | bool)
        }
        return taken.info.kind.value, taken.blob, info

    def _take_document(self, path: Path, purpose: Purpose) -> Digest:
        data = path.read_bytes()
        if not data:
            raise InvalidInput(f"{path}: is empty (0 bytes)")
        if purpose is Purpose.TEXT:
            read_script(data)
        return self._blobs.put(data)

    def _record(
        self,
        tenant: Tenant,
        filename: str,
        kind: str,
        blob: Digest,
        info: dict[str, Any],
        handle: str | None,
    ) -> StoredReference:
        id_, handle = new_id("ref"), parse_handle(handle) if handle is not None else None
        values = {
            "id": id_,
            "tenant": tenant.id,
            "handle": handle,
            "filename": parse_filename(filename),
            "kind": kind,
            "size": blob.size_bytes,
            "blob": str(blob),
            "info": json.dumps(info, default=str),
        }
        with self._database.writing() as connection:
            if (
                handle is not None
                and connection.execute(
                    "SELECT 1 FROM media_references WHERE tenant = :tenant AND deleted_at IS NULL "
                    "AND LOWER(handle) = :handle AND id <> :id",
                    {"tenant": tenant.id, "handle": handle.lower(), "id": id_},
                ).fetchall()
            ):
                raise _taken(handle)
            connection.execute(_INSERT, values)
            connection.execute(_PIN, {"name": values["id"], "digest": str(blob)})
        return self.get(tenant, id_)

    def _with(self, tenant: Tenant, id_: str) -> StoredReference | None:
        return self._one("id = :name", tenant, id_) if is_id("ref", id_) else None

    def _named(self, tenant: Tenant, handle: str) -> StoredReference | None:
        return self._one("LOWER(handle) = :name", tenant, handle.lower())

    def _one(self, where: str, tenant: Tenant, name: str) -> StoredReference | None:
        rows = self._database.read(
            f"SELECT {_COLUMNS} FROM media_references "
            f"WHERE tenant = :tenant AND deleted_at IS NULL AND {where}",
            {"tenant": tenant.id, "name": name},
        )
        return _reference(rows[0]) if rows else None


def _taken(handle: str) -> Problem:
    return Problem(409, "handle_taken", f"handle {handle!r} is another reference's")


def _without_folder(error: OnbeatError, path: Path) -> OnbeatError:
    """The same error, without where on this machine the file was."""
    told = type(error)(error.message.replace(f"{path.parent}/", "").replace(str(path.parent), ""))
    return told if isinstance(error, InvalidInput) else error


def _reference(row: Any) -> StoredReference:
    id_, handle, filename, kind, size_bytes, blob, info, created_at = row
    return StoredReference(
        id_, handle, filename, kind, size_bytes, Digest.parse(blob), json.loads(info), created_at
    )
