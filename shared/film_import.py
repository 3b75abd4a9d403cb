"""Take a film out of an archive into a store: every blob verified, then its records at once."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from shared.archive import FilmArchive, OpenArchive, Progress, open_file, verify_archive
from shared.blobs import BlobStore
from shared.build import Build
from shared.database import NOW, Database
from shared.digest import Digest, canonical_bytes, digests_in
from shared.errors import Conflict, InvalidInput, OnbeatError, Unavailable
from shared.reachable import digests_in_text
from shared.schema import from_json
from shared.tar_stream import pieces
from shared.timeline import Timeline

_SMALL_BYTES = 4 << 20
_SPOOL_PREFIX = ".import-"
_LEFTOVER_SECONDS = 24 * 3600
_BUILD = f"""
INSERT INTO builds (timeline, delivery, build, inspection, finished_at)
VALUES (:timeline, :delivery, :build, :inspection, {NOW})
ON CONFLICT (timeline, delivery) DO NOTHING
"""
_FIND_BUILD = "SELECT build FROM builds WHERE timeline = :timeline AND delivery = :delivery"
# What is done here already counts; what was only wanted, or has failed, is done now.
_RESULT = f"""
INSERT INTO executions
    (key, backend, request, state, attempt, progress, cancel_requested, result, outputs,
     queued_at, finished_at, run_seconds, cpu_seconds)
VALUES (:key, :backend, :request, 'done', 1, 1.0, FALSE, :result, :outputs,
     {NOW}, {NOW}, :run_seconds, :cpu_seconds)
ON CONFLICT (key) DO UPDATE
SET state = 'done', attempt = executions.attempt + 1, progress = 1.0, owner = NULL,
    lease_expires_at = NULL, result = excluded.result, outputs = excluded.outputs,
    error_code = NULL, error_message = NULL, finished_at = excluded.finished_at,
    run_seconds = excluded.run_seconds, cpu_seconds = excluded.cpu_seconds
WHERE executions.state IN ('queued', 'failed')
"""


class FilmImport:
    """One import; `spool` is a folder with room for the largest blob (the store's own)."""

    def __init__(self, database: Database, blobs: BlobStore, spool: Path) -> None:
        self._database = database
        self._blobs = blobs
        self._spool = spool

    def run(
        self,
        path: Path,
        progress: Callable[[str, int, int], None],
        *,
        with_results: bool = True,
    ) -> FilmArchive:
        """Verify an archive, put its blobs into the store, record its film; returns what it is.

        Until the last step, one transaction, nothing of it can be found; whoever is killed before
        leaves blobs for the collector. `with_results` False takes the film alone: what its
        actions answered is then not believed for other films. Raises `InvalidInput` for an
        archive that cannot be used, `Conflict` where the same timeline is here, built otherwise.
        """
        with open_file(path) as source:
            archive = verify_archive(source, path, _named("Verifying", progress))
            try:
                _check_film(archive, source)
                self._check_room(archive.contents)
                self._put_all(archive, source, _named("Storing", progress))
            except OnbeatError as error:
                raise error.about(str(path)) from error
        self._record(archive.contents, with_results=with_results)
        return archive.contents

    def _check_room(self, contents: FilmArchive) -> None:
        wanted = sum(d.size_bytes for d in contents.blobs if not self._blobs.contains(d))
        free = shutil.disk_usage(self._spool).free
        if wanted > free:
            raise Unavailable(f"needs {wanted} bytes in the store, where {free} are free")

    def _put_all(self, archive: OpenArchive, source: BinaryIO, progress: Progress) -> None:
        done, total = 0, archive.contents.size_bytes
        _sweep(self._spool)
        with tempfile.TemporaryDirectory(prefix=_SPOOL_PREFIX, dir=self._spool) as folder:
            for digest in archive.contents.blobs:
                # Also what is there: a put says that it is wanted, and mends what is damaged.
                if self._put(archive, source, digest, Path(folder) / "blob") != digest:
                    raise InvalidInput(f"blob {digest.short} changed while it was being read")
                done += digest.size_bytes
                progress(done, total)

    def _put(self, archive: OpenArchive, source: BinaryIO, digest: Digest, file: Path) -> Digest:
        if digest.size_bytes <= _SMALL_BYTES:
            return self._blobs.put(archive.read(source, digest))
        source.seek(archive.members[digest].offset)
        try:
            with file.open("wb") as target:
                for chunk in pieces(source, digest.size_bytes):
                    target.write(chunk)
        except OSError as error:
            raise Unavailable(f"the store cannot be used: {error.strerror or error}") from error
        return self._blobs.put_file(file)

    def _record(self, contents: FilmArchive, *, with_results: bool) -> None:
        film = {
            "timeline": str(contents.timeline),
            "delivery": contents.delivery,
            "build": str(contents.build),
            "inspection": str(contents.inspection),
        }
        name = {"timeline": film["timeline"], "delivery": film["delivery"]}
        with self._database.writing() as connection:
            connection.execute(_BUILD, film)
            (found,) = connection.execute(_FIND_BUILD, name).fetchone()
            if found != film["build"]:
                here = Digest.parse(found).short
                raise Conflict(
                    f"film {contents.build.short} is the same timeline as film {here} of this "
                    "store, made of other clips; edits of one would take clips of the other. To "
                    f"take it instead: onbeat store gc --forget {here}"
                )
            for result in contents.results if with_results else ():
                values = {
                    "key": result.key,
                    "backend": result.backend,
                    "request": result.request,
                    "result": str(result.result),
                    "outputs": json.dumps([str(digest) for digest in result.outputs]),
                    "run_seconds": result.run_seconds,
                    "cpu_seconds": result.cpu_seconds,
                }
                connection.execute(_RESULT, values)


def _check_film(archive: OpenArchive, source: BinaryIO) -> None:
    """The record must be one that this Onbeat can edit, and lack nothing."""
    contents = archive.contents
    build = from_json(Build, archive.read(source, contents.build))
    timeline = from_json(Timeline, archive.read(source, contents.timeline))
    delivery = canonical_bytes(build.delivery).decode("ascii")
    if build.timeline != contents.timeline or delivery != contents.delivery:
        raise InvalidInput("its film and its timeline do not belong together; it was changed")
    needed = {*digests_in(build), *digests_in(timeline)} - {timeline.parent}
    if lost := needed - set(contents.blobs):
        raise InvalidInput(f"lacks blob {min(lost).short}, which its film needs; it was changed")
    for result in contents.results:
        _check_request(result.request, set(contents.blobs))


def _check_request(text: str, blobs: set[Digest]) -> None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or not blobs.issuperset(digests_in_text(text)):
        raise InvalidInput(f"holds a result of {text[:60]!r}, which is no request; it was changed")


def _named(stage: str, progress: Callable[[str, int, int], None]) -> Progress:
    return lambda done, total: progress(stage, done, total)


def _sweep(folder: Path) -> None:
    oldest = time.time() - _LEFTOVER_SECONDS
    for path in folder.glob(f"{_SPOOL_PREFIX}*"):
        if path.is_dir() and path.stat().st_mtime < oldest:
            shutil.rmtree(path, ignore_errors=True)
