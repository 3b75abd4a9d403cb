"""One set of sources and one store for all whole-film tests: analysing once is enough."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.sources import Sources, write_sources


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """The files of a small real brief."""
    return write_sources(tmp_path_factory.mktemp("sources"))


@pytest.fixture(scope="session")
def _session_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def shared_store(_own_store: None, _session_store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store that the tests of this session share."""
    monkeypatch.setenv("ONBEAT_STORE", str(_session_store))
    return _session_store
