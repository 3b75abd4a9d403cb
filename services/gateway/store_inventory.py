"""What is in a store: films with what they need, alone and with others, and blobs by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.gateway.store_access import Store
from shared.digest import Digest
from shared.films import StoredFilm
from shared.pins import Pin
from shared.reachable import Graph, read_results
from shared.tally import OTHER, Tally, kinds_of


@dataclass(frozen=True, slots=True)
class FilmUse:
    """A film with the bytes that it needs, and those that no other film does."""

    film: StoredFilm
    needs: frozenset[Digest]
    size_bytes: int
    own_bytes: int


@dataclass(frozen=True, slots=True)
class Inventory:
    """All of a store; `blobs` has the size and the last touch of each."""

    graph: Graph
    films: tuple[FilmUse, ...]
    blobs: Mapping[Digest, tuple[int, float]]
    kinds: Mapping[Digest, str]
    pins: tuple[Pin, ...]

    def tallies(self) -> dict[str, Tally]:
        """Blobs by kind, the largest kind first."""
        found: dict[str, Tally] = {}
        for digest, (size_bytes, _) in self.blobs.items():
            tally = found.setdefault(self.kinds.get(digest, OTHER), Tally())
            tally.keep(size_bytes, is_needed=True)
        return dict(sorted(found.items(), key=lambda item: -item[1].bytes_kept))

    def pins_of(self, digest: Digest) -> tuple[str, ...]:
        """How somebody has pinned a blob."""
        return tuple(
            "in use" if pin.owner else f"pinned as {pin.name}"
            for pin in self.pins
            if pin.digest == digest
        )


def inventory_of(store: Store) -> Inventory:
    """Look at everything in a store; nothing is changed."""
    graph = Graph(store.blobs, read_results(store.database))
    films = store.films()
    blobs = {blob.digest: (blob.size_bytes, blob.touched_at) for blob in store.blobs.stored()}
    needs = [
        frozenset(graph.reach((film.timeline, film.build), (film.inspection,)).blobs & blobs.keys())
        for film in films
    ]
    users = Counter(digest for needed in needs for digest in needed)
    uses = tuple(
        FilmUse(film, needed, _size(blobs, needed), _size(blobs, _alone(needed, users)))
        for film, needed in zip(films, needs, strict=True)
    )
    return Inventory(graph, uses, blobs, kinds_of(graph, films), store.pins.all())


def as_document(found: Inventory) -> dict[str, Any]:
    """The inventory as JSON."""
    return {
        "films": [film_document(found, use) for use in found.films],
        "blobs": {
            kind: {"blobs": tally.blobs_kept, "bytes": tally.bytes_kept}
            for kind, tally in found.tallies().items()
        },
        "pins": [
            {"name": pin.name, "digest": str(pin.digest), "created_at": pin.created_at}
            for pin in found.pins
            if pin.owner is None
        ],
        "results": len(found.graph.results),
        "bytes": sum(size for size, _ in found.blobs.values()),
    }


def film_document(found: Inventory, use: FilmUse) -> dict[str, Any]:
    """One film as JSON."""
    film, record = use.film, use.film.record
    document: dict[str, Any] = {
        "name": film.name,
        "finished_at": film.finished_at,
        "bytes": use.size_bytes,
        "own_bytes": use.own_bytes,
        "build": str(film.build),
        "timeline": str(film.timeline),
        "inspection": str(film.inspection),
        "pins": list(found.pins_of(film.build)),
        "damaged": record is None,
    }
    if record is not None:
        document |= {
            "film": str(record.film),
            "parent": str(record.parent) if record.parent else None,
            "size": record.size,
            "frame_rate": str(record.frame_rate),
            "frames": record.frames,
            "duration_seconds": round(float(record.frames / record.frame_rate), 3),
            "shots": record.num_shots,
            "locked_clips": len(record.locked_clips),
            "references": list(record.handles),
            "draft": record.is_draft,
        }
    return document


def _alone(needed: frozenset[Digest], users: Counter[Digest]) -> Sequence[Digest]:
    return [digest for digest in needed if users[digest] == 1]


def _size(
    blobs: Mapping[Digest, tuple[int, float]], digests: Sequence[Digest] | frozenset[Digest]
) -> int:
    return sum(blobs[digest][0] for digest in digests)
