"""Write a stored film into one archive."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from shared.archive import ArchivedResult, FilmArchive, Progress, is_archive, write_archive
from shared.blobs import BlobStore
from shared.database import Database
from shared.digest import Digest
from shared.errors import Conflict, InvalidInput, MissingBlob, Unavailable
from shared.films import StoredFilm
from shared.reachable import CachedResult, Graph, digests_in_text, read_results

_COSTS = """
SELECT request, result, outputs, run_seconds, cpu_seconds FROM executions
WHERE key = :key AND state = 'done'
"""


def contents_of(database: Database, blobs: BlobStore, film: StoredFilm) -> FilmArchive:
    """What an archive of a film holds: all that it leads to, and every result among that.

    Timelines before this one may have blobs that are gone; they are left out. Raises
    `MissingBlob` for a blob that the film itself needs.
    """
    graph = Graph(blobs, read_results(database))
    reached = graph.reach((film.timeline, film.build), (film.inspection,))
    there = {digest for digest in reached.blobs if blobs.contains(digest)}
    lost = film_needs(graph, film) - there
    if lost:
        raise MissingBlob(
            f"film {film.name} cannot be exported: {len(lost)} of its blobs are gone, the first "
            f"is {min(lost).short}; make or edit the film again, then export it"
        )
    rows = sorted((row for row in graph.results if row.key in reached.keys), key=lambda r: r.key)
    whole = [row for row in rows if there.issuperset((*row.written, *row.inputs))]
    results = (_archived(database, row) for row in whole)
    return FilmArchive(
        film.timeline,
        film.delivery,
        film.build,
        film.inspection,
        tuple(sorted(there)),
        tuple(result for result in results if result is not None),
    )


def _archived(database: Database, row: CachedResult) -> ArchivedResult | None:
    for request, result, outputs, run_seconds, cpu_seconds in database.read(
        _COSTS, {"key": row.key}
    ):
        digest, written = Digest.parse(result), digests_in_text(outputs)
        costs = float(run_seconds), float(cpu_seconds)
        return ArchivedResult(row.key, row.backend, request, digest, written, *costs)
    return None


def film_needs(graph: Graph, film: StoredFilm) -> set[Digest]:
    """What a film cannot be edited without: what its own record names."""
    own = {film.timeline, film.build, film.inspection}
    named = [*graph.links(film.build), *graph.links(film.timeline)]
    return own | {digest for name, digest in named if name != "parent"}


def export_film(contents: FilmArchive, blobs: BlobStore, out: Path, progress: Progress) -> None:
    """Write an archive to `out`, which appears whole or not at all.

    A file that stands there is replaced if it is such an archive. Raises `InvalidInput`,
    `Conflict` while somebody else writes it, `Unavailable` when the disk does not take it.
    """
    out = out.absolute()
    if out.is_dir() or (out.exists() and not is_archive(out)):
        raise InvalidInput(
            f"{out}: exists and is no film archive; it is left as it is, give another -o"
        )
    try:
        with _beside(out) as target:
            write_archive(target, contents, blobs, progress)
    except OSError as error:
        raise Unavailable(f"{out}: cannot be written: {error.strerror or error}") from error


@contextlib.contextmanager
def _beside(out: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `out` at the end; one that a killed run left is reused."""
    partial = out.with_name(f".{out.name}.partial")
    handle = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    with os.fdopen(handle, "r+b") as target:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever had the lock before may have put this very file into its place.
            is_ours = os.path.samestat(os.fstat(handle), partial.stat())
        except OSError:
            is_ours = False
        if not is_ours:
            raise Conflict(f"{out}: is being written by another process")
        try:
            target.truncate()
            yield target
            target.flush()
            os.fsync(handle)
            os.replace(partial, out)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    folder = os.open(out.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
