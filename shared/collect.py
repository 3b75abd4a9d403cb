"""Garbage collection: what no film, pin or running work needs, and nobody touched for a while.

Roots are the films (their timelines, Builds, inspections), pins, and the inputs of queued and
running work. Records of films go first, then rows of the action cache, then blobs: whoever is
killed in between leaves blobs too many, never a record without its blobs.

Builds may run meanwhile, here and elsewhere. Whatever a build puts or takes from the store is
touched before the build goes on; the store deletes a blob only if it was not touched since, in
one step; and nothing is deleted that was touched since the oldest running build of this machine
began. What an edit takes from the film before is held by a pin (`shared/pins.py`).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.blob_store import TOUCH_LAG_SECONDS, StoredBlob
from shared.blobs import BlobStore
from shared.database import Database
from shared.digest import Digest
from shared.errors import Unavailable
from shared.executions import Executions
from shared.films import StoredFilm, forget_film, stored_films
from shared.ownership import is_dead, oldest_alive
from shared.pins import Pins
from shared.reachable import CachedResult, Graph, Reached, read_results
from shared.retention import Retention, Verdict, judge_films
from shared.tally import OTHER, Tally, kinds_of

DAY_SECONDS = 24 * 3600.0
# A server lives for months; what it did longer ago than this is no longer in anybody's hands.
_LONGEST_BUILD_SECONDS = 7 * DAY_SECONDS
_BATCH = 200
_DROP = """
DELETE FROM executions
WHERE key = :key AND attempt = :attempt AND state = :state AND state <> 'running'
"""
_OWNERS = "SELECT DISTINCT owner FROM executions WHERE state = 'running' AND owner IS NOT NULL"
# Stage, how many are done, of how many.
Watch = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Collection:
    """What a collection did, or would do: a verdict on each film, tallies by kind of blob.

    Kinds are names of actions, "reference", "document" and "other".
    """

    films: tuple[Verdict, ...]
    tallies: Mapping[str, Tally]
    untouched_since: float


@dataclass(frozen=True, slots=True)
class _Mark:
    """What something needs, and blobs that stay: those, and what is young."""

    graph: Graph
    needed: Reached
    kept: set[Digest]


class Collector:
    """Collects one store; `owners_folder` is where its running processes have their locks."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        owners_folder: Path,
        watch: Watch = lambda stage, done, total: None,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._owners_folder = owners_folder
        self._pins = Pins(database)
        self._watch = watch

    def collect(
        self,
        retention: Retention | None = None,
        *,
        untouched_for_seconds: float = DAY_SECONDS,
        dry_run: bool = False,
    ) -> Collection:
        """Delete what nothing needs; returns what went and what stayed.

        Raises `Unavailable` where the record of a film cannot be read, unless `retention` forgets
        it: what only that film needs could not be told from what nothing does.
        """
        since = self._untouched_since(untouched_for_seconds)
        if not dry_run:
            self._free_what_the_dead_left()
        verdicts = self._judge(retention or Retention())
        if not dry_run:
            verdicts = tuple(map(self._forget, verdicts))
        stored = self._list()
        young = {blob.digest for blob in stored if blob.touched_at >= since}
        mark = self._mark([verdict.film for verdict in verdicts if verdict.stays], young, since)
        kinds = kinds_of(mark.graph, (verdict.film for verdict in verdicts))
        doomed = [row for row in mark.graph.results if _is_doomed(row, mark, young, since)]
        dropped = Counter(row.action for row in doomed)
        if not dry_run:
            dropped = self._drop(doomed)
            # What somebody finished or used in the meantime is there, and counts now.
            mark = self._mark(stored_films(self._database, self._blobs), young, since)
            mark.kept.update(digest for row in mark.graph.results for digest in row.written)
        tallies = self._sweep(stored, mark, kinds, since, dry_run=dry_run)
        for action, count in dropped.items():
            tallies.setdefault(action, Tally()).results_gone += count
        return Collection(verdicts, tallies, since)

    def _untouched_since(self, seconds: float) -> float:
        now = time.time()  # before looking who lives: whoever begins later touches later
        oldest = oldest_alive(self._owners_folder)
        began = now if oldest is None else max(oldest, now - _LONGEST_BUILD_SECONDS)
        return min(now - seconds, began) - TOUCH_LAG_SECONDS

    def _free_what_the_dead_left(self) -> None:
        executions = Executions(self._database)
        executions.sweep()
        for (owner,) in self._database.read(_OWNERS):
            if is_dead(self._owners_folder, owner):
                executions.release(owner)
        self._pins.release_dead(self._owners_folder)

    def _judge(self, retention: Retention) -> tuple[Verdict, ...]:
        films = stored_films(self._database, self._blobs)
        for film in films:
            if film.record is None and film.build not in retention.forgotten:
                raise Unavailable(
                    f"the record of film {film.name} is damaged or gone, so nobody can say what "
                    "it needs; nothing was collected. To give that film up: "
                    f"onbeat store gc --forget {film.name}"
                )
        pins = {
            pin.digest: "in use" if pin.owner else f"pinned as {pin.name!r}"
            for pin in self._pins.all()
        }
        return judge_films(films, retention, pins, time.time())

    def _forget(self, verdict: Verdict) -> Verdict:
        if verdict.stays or forget_film(self._database, verdict.film):
            return verdict
        return Verdict(verdict.film, True, "in use since")

    def _list(self) -> list[StoredBlob]:
        stored = []
        for blob in self._blobs.stored():
            stored.append(blob)
            if len(stored) % 1000 == 0:
                self._watch("Listing blobs", len(stored), 0)
        return stored

    def _mark(self, films: Iterable[StoredFilm], young: set[Digest], since: float) -> _Mark:
        self._watch("Following what is needed", 0, 0)
        graph = Graph(self._blobs, read_results(self._database))
        documents = [pin.digest for pin in self._pins.all()]
        leaves = [origin for digest in documents for origin in graph.origins(digest)]
        for film in films:
            documents += [film.timeline, film.build]
            leaves.append(film.inspection)
        for row in graph.results:
            if row.state == "running" or (row.state == "queued" and row.changed_at >= since):
                leaves += row.inputs
        needed = graph.reach(documents, leaves)
        kept = needed.blobs | young
        for row in graph.results:
            if any(digest in young for digest in row.written):
                kept.update(row.written)
        return _Mark(graph, needed, kept)

    def _drop(self, doomed: Sequence[CachedResult]) -> Counter[str]:
        dropped: Counter[str] = Counter()
        for start in range(0, len(doomed), _BATCH):
            self._watch("Dropping results", start, len(doomed))
            with self._database.writing() as connection:
                for row in doomed[start : start + _BATCH]:
                    values = {"key": row.key, "attempt": row.attempt, "state": row.state}
                    dropped[row.action] += connection.execute(_DROP, values).rowcount
        return dropped

    def _sweep(
        self,
        stored: Sequence[StoredBlob],
        mark: _Mark,
        kinds: Mapping[Digest, str],
        since: float,
        *,
        dry_run: bool,
    ) -> dict[str, Tally]:
        tallies: dict[str, Tally] = {}
        for place, blob in enumerate(stored):
            if place % 100 == 0:
                self._watch("Looking at blobs", place, len(stored))
            tally = tallies.setdefault(kinds.get(blob.digest, OTHER), Tally())
            goes = blob.digest not in mark.kept and blob.touched_at < since
            if goes and (dry_run or self._blobs.delete(blob.digest, since)):
                tally.drop(blob.size_bytes)
            else:
                tally.keep(blob.size_bytes, is_needed=blob.digest in mark.needed.blobs)
        return tallies


def _is_doomed(row: CachedResult, mark: _Mark, young: set[Digest], since: float) -> bool:
    if row.state == "running" or row.changed_at >= since or row.key in mark.needed.keys:
        return False
    return not any(digest in young for digest in row.written)
