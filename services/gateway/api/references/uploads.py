"""Uploads that can be resumed at any byte, as tus 1.0 describes them, and files sent at once.

Bytes are acknowledged when they are on disk: the offset in the database is never ahead of what
was fsynced. What comes after it is cut off when an upload is resumed.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from services.gateway.api.ids import is_id, new_id
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import Problem, not_found
from services.gateway.api.references.announced import Announced, add_row, check_announced
from services.gateway.api.references.names import parse_filename
from services.gateway.api.references.service import Purpose, References, StoredReference
from shared.database import NOW, Database
from shared.errors import InvalidInput

MAX_UPLOAD_BYTES = 8 << 30
_EXPIRY_SECONDS = 24 * 3600
_SYNC_BYTES = 32 << 20
_COLUMNS = (
    "id, filename, kind, handle, size_bytes, offset_bytes, reference, refused, created_at, "
    "expires_at"
)


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload as read; `reference` is set when it was taken in, `refused` says why it was not."""

    id: str
    filename: str
    kind: str
    handle: str | None
    size_bytes: int
    offset_bytes: int
    reference: str | None
    refused: str | None
    created_at: float
    expires_at: float


class Uploads:
    """The unfinished uploads of one store, as files in a folder."""

    def __init__(self, folder: Path, database: Database, references: References) -> None:
        self._folder = folder
        self._database = database
        self._references = references
        self._busy: set[str] = set()

    def create(
        self, tenant: Tenant, filename: str, size_bytes: int, handle: str | None, purpose: Purpose
    ) -> Upload:
        """Begin an upload of a known size; raises as taking the file in would."""
        asked = Announced(filename, size_bytes, handle, purpose)
        file = check_announced(self._database, self._references, tenant, asked, MAX_UPLOAD_BYTES)
        id_ = new_id("up")
        (self._folder / id_).mkdir(parents=True, exist_ok=True)
        (self._folder / id_ / file.filename).touch()
        add_row(self._database, tenant, id_, file, _EXPIRY_SECONDS)
        return self.get(tenant, id_)

    def get(self, tenant: Tenant, upload: str) -> Upload:
        """One upload; raises `Problem` 404, or 410 for one that is over."""
        rows = is_id("up", upload) and self._database.read(
            f"SELECT {_COLUMNS} FROM uploads WHERE id = :id AND tenant = :tenant",
            {"id": upload, "tenant": tenant.id},
        )
        if not rows:
            raise not_found("upload", upload)
        found = Upload(*rows[0])
        if found.reference is None and found.expires_at < time.time():
            raise Problem(410, "upload_expired", f"upload {upload} has expired")
        return found

    async def append(
        self,
        tenant: Tenant,
        upload: str,
        offset: int,
        chunks: AsyncIterator[bytes],
        sha256: bytes | None = None,
    ) -> Upload:
        """Add bytes from an offset on; what came before a connection was lost is kept.

        With `sha256`, all of the bytes or none are added: raises `Problem` 460 where they differ.
        """
        found = self.get(tenant, upload)
        with self._alone(upload):
            if found.reference or found.refused:
                raise Problem(409, "upload_finished", f"upload {upload} is finished")
            if offset != found.offset_bytes:
                raise Problem(
                    409,
                    "wrong_offset",
                    f"the upload goes on at byte {found.offset_bytes}, not {offset}",
                    headers={"Upload-Offset": str(found.offset_bytes)},
                )
            await self._receive(found, chunks, sha256)
            found = self.get(tenant, upload)
            if found.offset_bytes == found.size_bytes:
                await self._take_in(tenant, found)
        return self.get(tenant, upload)

    def end(self, tenant: Tenant, upload: str) -> None:
        """Give an upload up; a reference that was made of it stays."""
        self.get(tenant, upload)
        with self._alone(upload):
            self._database.write(
                (
                    "DELETE FROM uploads WHERE id = :id AND tenant = :tenant",
                    {"id": upload, "tenant": tenant.id},
                )
            )
            self._forget_files(upload)

    async def take_at_once(
        self,
        tenant: Tenant,
        filename: str,
        chunks: AsyncIterator[bytes],
        handle: str | None,
        purpose: Purpose,
    ) -> StoredReference:
        """Take in a file that is sent in one request; nothing of it stays if it is cut off."""
        name = parse_filename(filename)
        self._references.check(tenant, handle, 0, purpose)
        folder = self._folder / new_id("once")
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with (folder / name).open("wb") as file:
                size = 0
                async for chunk in chunks:
                    size += len(chunk)
                    if size > MAX_UPLOAD_BYTES:
                        raise Problem(413, "too_large", f"more than {MAX_UPLOAD_BYTES} bytes")
                    await asyncio.to_thread(file.write, chunk)
            return await self._references.take(
                tenant, folder / name, handle=handle, purpose=purpose
            )
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    async def resume_all(self, tenant_of: Any) -> None:
        """After a restart: take in what was complete, forget what has expired or was cut off."""
        # Those that go to a bucket are forgotten with their objects: see `direct.py`.
        self._database.write(
            (f"DELETE FROM uploads WHERE expires_at < {NOW} AND id LIKE 'up%'", {})
        )
        rows = self._database.read(f"SELECT tenant, {_COLUMNS} FROM uploads")
        known = {row["id"] for row in rows}
        for path in self._folder.glob("*"):
            if path.name not in known:
                shutil.rmtree(path, ignore_errors=True)
        for row in rows:
            upload = Upload(*tuple(row)[1:])
            is_whole = upload.offset_bytes == upload.size_bytes
            if is_whole and not (upload.reference or upload.refused):
                with self._alone(upload.id):
                    await self._take_in(tenant_of(row["tenant"]), upload)

    async def _receive(
        self, upload: Upload, chunks: AsyncIterator[bytes], sha256: bytes | None
    ) -> None:
        written, synced, state = upload.offset_bytes, upload.offset_bytes, hashlib.sha256()
        with self._path(upload).open("r+b") as file:
            file.truncate(written)
            file.seek(written)
            try:
                async for chunk in chunks:
                    if written + len(chunk) > upload.size_bytes:
                        raise Problem(
                            413, "too_large", f"more than the {upload.size_bytes} bytes promised"
                        )
                    await asyncio.to_thread(file.write, chunk)
                    written += len(chunk)
                    if sha256 is not None:
                        state.update(chunk)
                    elif written - synced >= _SYNC_BYTES:
                        await asyncio.to_thread(self._sync, upload, file, written)
                        synced = written
            except BaseException:
                if sha256 is None:  # also a connection that was lost
                    self._sync(upload, file, written)
                raise
            if sha256 is not None and state.digest() != sha256:
                raise Problem(460, "checksum_mismatch", "the bytes are not those of the checksum")
            await asyncio.to_thread(self._sync, upload, file, written)

    def _sync(self, upload: Upload, file: BinaryIO, written: int) -> None:
        file.flush()
        os.fsync(file.fileno())
        self._database.write(
            (
                f"UPDATE uploads SET offset_bytes = :offset, expires_at = {NOW} + {_EXPIRY_SECONDS}"
                " WHERE id = :id",
                {"id": upload.id, "offset": written},
            )
        )

    async def _take_in(self, tenant: Tenant, upload: Upload) -> None:
        reference, refused = None, None
        try:
            taken = await self._references.take(
                tenant, self._path(upload), handle=upload.handle, purpose=Purpose(upload.kind)
            )
            reference = taken.id
        except InvalidInput as error:
            refused = error.message
        except Problem as error:
            refused = error.detail
        self._database.write(
            (
                "UPDATE uploads SET reference = :reference, refused = :refused WHERE id = :id",
                {"id": upload.id, "reference": reference, "refused": refused},
            )
        )
        self._forget_files(upload.id)

    def _path(self, upload: Upload) -> Path:
        return self._folder / upload.id / upload.filename

    def _forget_files(self, upload: str) -> None:
        shutil.rmtree(self._folder / upload, ignore_errors=True)

    @contextmanager
    def _alone(self, upload: str) -> Iterator[None]:
        if upload in self._busy:
            raise Problem(423, "locked", f"upload {upload} is being written to; try again")
        self._busy.add(upload)
        try:
            yield
        finally:
            with suppress(KeyError):
                self._busy.remove(upload)
