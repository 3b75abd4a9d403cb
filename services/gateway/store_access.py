"""The store of some settings, opened without a runner: to list, collect, export and import."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.gateway.build_plan import delivery_of
from services.gateway.film_folder import read_document
from shared.blobs import BlobStore
from shared.database import Database
from shared.digest import Digest, canonical_bytes
from shared.errors import NotFound
from shared.films import StoredFilm, find_film, stored_films
from shared.ownership import OwnerLock
from shared.pins import Pins
from shared.requests import Quality
from shared.schema import from_document, to_json
from shared.settings import Settings
from shared.timeline import Timeline

_REQUEST = "SELECT request FROM executions WHERE key = :key"


@dataclass(frozen=True, slots=True)
class Store:
    """An open store."""

    settings: Settings
    database: Database
    blobs: BlobStore

    @property
    def pins(self) -> Pins:
        """What stays because somebody says so."""
        return Pins(self.database)

    def films(self) -> tuple[StoredFilm, ...]:
        """All its films, the newest first."""
        return stored_films(self.database, self.blobs)

    def film(self, text: str) -> StoredFilm:
        """A film by its folder or the start of its digest; raises `NotFound`, `InvalidInput`."""
        if text and Path(text).is_dir():
            return self._film_in(Path(text))
        return find_film(self.films(), text)

    def request_of(self, key: str) -> Any:
        """The request of an action as JSON; None if it is not known."""
        rows = self.database.read(_REQUEST, {"key": key})
        return json.loads(rows[0][0]) if rows else None

    def _film_in(self, folder: Path) -> StoredFilm:
        timeline = from_document(Timeline, read_document(folder, "timeline.json"))
        draft = read_document(folder, "report.json").get("quality") == Quality.DRAFT
        digest = Digest.of_bytes(to_json(timeline))
        delivery = canonical_bytes(delivery_of(timeline, draft=draft)).decode("ascii")
        for film in self.films():
            if (film.timeline, film.delivery) == (digest, delivery):
                return film
        raise NotFound(
            f"{folder}: its film is not in this store; expected the store that it was made in "
            "(ONBEAT_STORE)"
        )


@contextmanager
def opened_store(settings: Settings, *, is_new: bool = False) -> Iterator[Store]:
    """Open the store of some settings; made if `is_new`, else `NotFound` where none is."""
    if not is_new and not settings.database and not settings.database_path.exists():
        raise NotFound(
            f"{settings.store}: no store yet; onbeat make makes one, or set ONBEAT_STORE"
        )
    blobs = settings.create_blobs()
    database = settings.open_database()
    try:
        yield Store(settings, database, blobs)
    finally:
        database.dispose()


@contextmanager
def held(store: Store, *digests: Digest) -> Iterator[None]:
    """Keep the collector from these blobs, and from all that is put, during the block."""
    owner = OwnerLock(store.settings.owners_folder)
    try:
        for digest in digests:
            store.pins.hold(digest, owner.name)
        yield
    finally:
        store.pins.release(owner.name)
        owner.release()
