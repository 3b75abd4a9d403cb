"""A film and an edit of it in their folders, with their store, for tests of `onbeat store`."""

from __future__ import annotations

import asyncio
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.gateway.edits.parse import parse_operations
from services.gateway.make import make_film
from services.gateway.revise import edit_film
from shared.database import open_database
from shared.runner import Progress
from shared.settings import Settings
from tests.shared.stored import age_store

if TYPE_CHECKING:
    from tests.gateway.conftest import Played


class Silent:
    """Nobody watches."""

    def expect(self, action: str, count: int) -> None: ...

    def show(self, progress: Progress) -> None: ...


@dataclass(frozen=True)
class Finished:
    """The film's folder, that of an edit with its second shot locked, and their store, aged."""

    store: Path
    first: Path
    second: Path

    def copy(self, to: Path) -> Path:
        """A store of one's own, in which everything is 40 days old."""
        shutil.copytree(self.store, to)
        database = open_database(to / "onbeat.sqlite3")
        age_store(to, database, 40)
        database.dispose()
        return to


def finish_films(folder: Path, played: Played) -> Finished:
    """Make the film of `played`, and edit it, in a store where no other test has been."""
    store, first, second = folder / "store", folder / "first", folder / "second"
    settings = Settings(store)
    asyncio.run(make_film(settings, played.spec, first, draft=False, watcher=Silent()))
    edit(settings, first, second, {"op": "lock", "shot": "#2"}, GRADE)
    return Finished(store, first, second)


GRADE = {"op": "set_grade", "shot": "#1", "warmth": 0.4}


def edit(settings: Settings, source: Path, out: Path, *operations: Any) -> dict[str, Any]:
    """Edit a film; returns the report."""
    parsed = parse_operations([json.dumps(operation) for operation in operations])
    work = edit_film(settings, source, parsed, out, verify_all=False, watcher=Silent())
    return asyncio.run(work).report
