"""Uploads straight to the bucket: the server signs a form, and later looks at what has arrived.

Only where blobs are in S3. The bytes do not pass through the server on their way in; to hash and
probe the file, it is read from the bucket once, and copied to its place inside the bucket.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.gateway.api.ids import is_id, new_id
from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import Problem, not_found
from services.gateway.api.references.announced import Announced, add_row, check_announced
from services.gateway.api.references.service import Purpose, References, StoredReference
from services.gateway.api.references.uploads import MAX_UPLOAD_BYTES
from shared.blob_store import BlobStore, DirectUploads
from shared.database import NOW, Database
from shared.digest import Digest
from shared.errors import InvalidInput, NotFound

# One POST to S3 carries at most 5 GiB.
MAX_DIRECT_BYTES = min(MAX_UPLOAD_BYTES, 5 << 30)
_FORM_SECONDS = 3600
_PREFIX = "direct"
_COLUMNS = "id, filename, kind, handle, size_bytes, reference, refused, expires_at"


@dataclass(frozen=True, slots=True)
class SignedForm:
    """Where to POST a file, as a form with these fields and then one named `file`."""

    id: str
    url: str
    fields: dict[str, str]
    expires_at: float


class DirectReferences:
    """The uploads of one store that go straight to its bucket."""

    def __init__(self, database: Database, references: References, blobs: BlobStore) -> None:
        self._database = database
        self._references = references
        self._blobs = blobs
        self._busy: set[str] = set()

    def sign(
        self, tenant: Tenant, filename: str, size_bytes: int, handle: str | None, purpose: Purpose
    ) -> SignedForm:
        """A form for one file of exactly that size; raises as taking the file in would.

        Raises `Problem` 409 where blobs are in no bucket.
        """
        store = self._store()
        asked = Announced(filename, size_bytes, handle, purpose)
        file = check_announced(self._database, self._references, tenant, asked, MAX_DIRECT_BYTES)
        self._forget_expired(store)
        id_ = new_id(_PREFIX)
        url, fields = store.upload_form(id_, size_bytes, _FORM_SECONDS)
        # Twice as long as the form: what arrives at the last moment can be completed.
        add_row(self._database, tenant, id_, file, 2 * _FORM_SECONDS)
        row = self._row(tenant, id_)
        return SignedForm(id_, url, fields, row["expires_at"] - _FORM_SECONDS)

    async def complete(self, tenant: Tenant, upload: str, sha256: str | None) -> StoredReference:
        """Take in what has arrived; the same answer if it was taken in before.

        Raises `Problem` 409 for what has not arrived, 460 for another digest than `sha256`, and
        what taking a file in raises.
        """
        store = self._store()
        with self._alone(upload):
            row = await asyncio.to_thread(self._row, tenant, upload)
            if row["reference"] is not None:
                return self._references.get(tenant, row["reference"])
            if row["refused"] is not None:
                raise Problem(422, "invalid_input", row["refused"])
            try:
                digest = await asyncio.to_thread(store.accept, upload)
            except NotFound:
                raise Problem(409, "not_arrived", f"no file has arrived for {upload}") from None
            try:
                _check(digest, row["size_bytes"], sha256)
                made = await self._take(tenant, row, digest)
            except (InvalidInput, Problem) as error:
                self._end(upload, refused=getattr(error, "detail", "") or str(error))
                await asyncio.to_thread(store.forget_upload, upload)
                raise
            self._end(upload, reference=made.id)
            await asyncio.to_thread(store.forget_upload, upload)
            return made

    async def _take(self, tenant: Tenant, row: Any, digest: Digest) -> StoredReference:
        with (
            self._blobs.local_path(digest) as local,
            tempfile.TemporaryDirectory(prefix="onbeat-direct-") as folder,
        ):
            path = Path(folder) / row["filename"]
            path.symlink_to(local.absolute())
            return await self._references.take(
                tenant, path, handle=row["handle"], purpose=Purpose(row["kind"])
            )

    def _end(
        self, upload: str, *, reference: str | None = None, refused: str | None = None
    ) -> None:
        self._database.write(
            (
                "UPDATE uploads SET reference = :reference, refused = :refused, "
                "offset_bytes = size_bytes WHERE id = :id",
                {"id": upload, "reference": reference, "refused": refused},
            )
        )

    def _row(self, tenant: Tenant, upload: str) -> Any:
        rows = is_id(_PREFIX, upload) and self._database.read(
            f"SELECT {_COLUMNS} FROM uploads WHERE id = :id AND tenant = :tenant "
            f"AND (expires_at > {NOW} OR reference IS NOT NULL)",
            {"id": upload, "tenant": tenant.id},
        )
        if not rows:
            raise not_found("upload", upload)
        return rows[0]

    def _forget_expired(self, store: DirectUploads) -> None:
        """Remove what arrived and was never completed."""
        rows = self._database.read(
            f"SELECT id FROM uploads WHERE id LIKE '{_PREFIX}_%' AND reference IS NULL "
            f"AND expires_at < {NOW} LIMIT 20"
        )
        for (id_,) in rows:
            store.forget_upload(id_)
            self._database.write(("DELETE FROM uploads WHERE id = :id", {"id": id_}))

    def _store(self) -> DirectUploads:
        if not isinstance(self._blobs, DirectUploads):
            raise Problem(
                409,
                "no_direct_uploads",
                "this server keeps files in a folder, not in a bucket: use tus at /v1/uploads",
            )
        return self._blobs

    @contextmanager
    def _alone(self, upload: str) -> Iterator[None]:
        if upload in self._busy:
            raise Problem(423, "locked", f"upload {upload} is being completed; try again")
        self._busy.add(upload)
        try:
            yield
        finally:
            self._busy.discard(upload)


def _check(digest: Digest, size_bytes: int, sha256: str | None) -> None:
    if digest.size_bytes != size_bytes:
        raise Problem(
            422, "wrong_size", f"{digest.size_bytes} bytes arrived; {size_bytes} were announced"
        )
    if sha256 is not None and sha256.lower() != digest.sha256:
        raise Problem(460, "checksum_mismatch", "the bytes are not those of the checksum")
