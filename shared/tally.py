"""Counts of what is in a store: blobs and bytes by who wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.digest import Digest
from shared.films import StoredFilm
from shared.reachable import Graph

REFERENCE, DOCUMENT, OTHER = "reference", "document", "other"


@dataclass(slots=True)
class Tally:
    """Blobs and bytes that stay, and that go; rows of the action cache that go.

    `blobs_young` of those that stay are needed by nothing, but somebody touched them lately.
    """

    blobs_kept: int = 0
    bytes_kept: int = 0
    blobs_young: int = 0
    bytes_young: int = 0
    blobs_gone: int = 0
    bytes_gone: int = 0
    results_gone: int = 0

    def keep(self, size_bytes: int, *, is_needed: bool) -> None:
        """Count a blob that stays."""
        self.blobs_kept += 1
        self.bytes_kept += size_bytes
        if not is_needed:
            self.blobs_young += 1
            self.bytes_young += size_bytes

    def drop(self, size_bytes: int) -> None:
        """Count a blob that goes."""
        self.blobs_gone += 1
        self.bytes_gone += size_bytes


def total_of(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    total = Tally()
    for tally in tallies:
        for name in Tally.__slots__:
            setattr(total, name, getattr(total, name) + getattr(tally, name))
    return total


def kinds_of(graph: Graph, films: Iterable[StoredFilm]) -> Mapping[Digest, str]:
    """What each known blob is: the action that wrote it, "reference" or "document"."""
    graph.reach(digest for film in films for digest in (film.timeline, film.build))
    kinds = dict.fromkeys(graph.opened(), DOCUMENT)
    for result in graph.results:
        kinds.update((digest, REFERENCE) for digest in result.inputs if digest not in kinds)
    for result in graph.results:
        kinds.update((digest, result.action) for digest in result.written)
    return kinds
