"""The finished films of a store as they are listed and collected.

Records are read as plain JSON, so that films which another version of Onbeat has made count too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from shared.blobs import BlobStore
from shared.database import Database
from shared.digest import Digest
from shared.errors import InvalidInput, MissingBlob, NotFound

_LIST = """
SELECT timeline, delivery, build, inspection, finished_at FROM builds
ORDER BY finished_at DESC, build
"""
_FORGET = """
DELETE FROM builds WHERE timeline = :timeline AND delivery = :delivery AND build = :build
AND build NOT IN (SELECT digest FROM pins)
"""
_MIN_PREFIX_DIGITS = 4


@dataclass(frozen=True, slots=True)
class FilmRecord:
    """What a film's Build and timeline say, for people and for what has to stay.

    `locked_clips` are the segments of its locked shots, `clips` those of all of them.
    """

    film: Digest
    parent: Digest | None
    size: str
    frame_rate: Fraction
    frames: int
    num_shots: int
    handles: tuple[str, ...]
    clips: frozenset[Digest]
    locked_clips: frozenset[Digest]
    is_draft: bool


@dataclass(frozen=True, slots=True)
class StoredFilm:
    """One finished film: its row, and its record, None where that is damaged or gone.

    `delivery` is canonical JSON; `finished_at` is in seconds since 1970.
    """

    timeline: Digest
    delivery: str
    build: Digest
    inspection: Digest
    finished_at: float
    record: FilmRecord | None

    @property
    def name(self) -> str:
        """What it is called on the command line: the start of its Build's digest."""
        return self.build.short


def stored_films(database: Database, blobs: BlobStore) -> tuple[StoredFilm, ...]:
    """All films of a store, the newest first."""
    rows = database.read(_LIST)
    found = [(*map(Digest.parse, (t, b, i)), d, float(when)) for t, d, b, i, when in rows]
    return tuple(
        StoredFilm(timeline, delivery, build, inspection, when, read_record(blobs, build))
        for timeline, build, inspection, delivery, when in found
    )


def read_record(blobs: BlobStore, build: Digest) -> FilmRecord | None:
    """What is known of a film by its Build; None if that or its timeline cannot be read."""
    try:
        made = json.loads(blobs.read(build))
        timeline = json.loads(blobs.read(Digest.parse(made["timeline"])))
        return _record(made, timeline)
    except (MissingBlob, ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
        return None


def find_film(films: Iterable[StoredFilm], prefix: str) -> StoredFilm:
    """The film whose Build, timeline or file has a digest that begins so.

    Raises `NotFound`, or `InvalidInput` where it could be more than one.
    """
    prefix = prefix.lower().partition("/")[0]
    usable = len(prefix) >= _MIN_PREFIX_DIGITS and set(prefix) <= set("0123456789abcdef")
    found = [film for film in films if usable and _is_called(film, prefix)]
    if not found:
        raise NotFound(
            f"{prefix}: no film of this store; expected the name of one as `onbeat store ls` "
            "lists it, or a film's folder"
        )
    if len(found) > 1:
        names = ", ".join(film.name for film in found)
        raise InvalidInput(f"{prefix}: could be any of {names}; expected more digits")
    return found[0]


def forget_film(database: Database, film: StoredFilm) -> bool:
    """Take a film out of the records, unless it is pinned; returns whether it was there."""
    values = {"timeline": str(film.timeline), "delivery": film.delivery, "build": str(film.build)}
    return bool(database.write((_FORGET, values)).count)


def _is_called(film: StoredFilm, prefix: str) -> bool:
    digests = [film.build, film.timeline, *([film.record.film] if film.record else [])]
    return any(digest.sha256.startswith(prefix) for digest in digests)


def _record(made: Any, timeline: Any) -> FilmRecord:
    shots = timeline["shots"]
    locked = {shot["id"] for shot in shots if shot.get("is_locked")}
    clips = [(clip, Digest.parse(clip["segment"])) for clip in made["clips"]]
    size, parent = made["delivery"]["size"], timeline.get("parent")
    return FilmRecord(
        film=Digest.parse(made["film"]),
        parent=Digest.parse(parent) if parent else None,
        size=f"{size['width']}x{size['height']}",
        frame_rate=Fraction(made["delivery"]["frame_rate"]),
        frames=sum(int(clip["frames"]) for clip, _ in clips),
        num_shots=len(shots),
        handles=tuple(str(item["handle"]) for item in timeline.get("references", ())),
        clips=frozenset(segment for _, segment in clips),
        locked_clips=frozenset(
            segment
            for clip, segment in clips
            if clip["shot_id"] in locked and not clip["is_transition"]
        ),
        is_draft=made["delivery"].get("quality") == "draft",
    )
