"""The small film of the gateway's tests with a title and a name in it, every shot locked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from services.gateway.film_folder import read_document
from shared.schema import from_document
from shared.settings import Settings
from shared.timeline import Timeline
from tests.gateway.finished import Finished, edit

TITLE = {"op": "add_title", "text": "Good morning", "at_seconds": 0.2, "seconds": 1}


@dataclass(frozen=True)
class Approved:
    """The film's folder, its timeline and its store."""

    folder: Path
    settings: Settings

    @property
    def timeline(self) -> Timeline:
        """The film as intended."""
        return from_document(Timeline, read_document(self.folder, "timeline.json"))


@pytest.fixture(scope="session")
def approved(tmp_path_factory: pytest.TempPathFactory, finished: Finished) -> Approved:
    """The film with a title over its first shots, and all shots locked."""
    folder = tmp_path_factory.mktemp("approved")
    settings = Settings(finished.copy(folder / "store"))
    count = len(read_document(finished.first, "report.json")["shots"])
    locks = [{"op": "lock", "shot": f"#{n}"} for n in range(1, count + 1)]
    edit(settings, finished.first, folder / "film", TITLE, *locks)
    return Approved(folder / "film", settings)
