"""One undisturbed film, with its store, that everything disturbed is compared with."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.sources import Sources, write_sources
from tests.faults.builds import make


@dataclass(frozen=True)
class Calm:
    """A brief made without a disturbance: its film folder and its store."""

    sources: Sources
    film: Path
    store: Path

    def copy_store(self, to: Path) -> Path:
        """A store to damage."""
        shutil.copytree(self.store, to)
        return to


@pytest.fixture(scope="session")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Calm:
    """Made once a session."""
    folder = tmp_path_factory.mktemp("calm")
    sources = write_sources(folder)
    make(sources, folder / "film", folder / "store")
    return Calm(sources, folder / "film", folder / "store")


@pytest.fixture(scope="session")
def sources(calm: Calm) -> Sources:
    """The files of the brief."""
    return calm.sources
