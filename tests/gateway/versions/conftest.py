"""The small film of the gateway's tests in six shots, with a title, every shot locked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from services.gateway.film_folder import read_document
from shared.schema import from_document
from shared.settings import Settings
from shared.timeline import Timeline
from tests.gateway.finished import Finished, edit

SPLITS = [{"op": "split", "shot": f"#{n}", "event": "beat"} for n in (1, 3, 2, 5)]
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
    locks = [{"op": "lock", "shot": f"#{n}"} for n in range(1, 7)]
    edit(settings, finished.first, folder / "film", *SPLITS, TITLE, *locks)
    return Approved(folder / "film", settings)
