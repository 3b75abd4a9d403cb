"""One set of sources for all tests of services."""

from __future__ import annotations

import pytest

from tests.e2e.sources import Sources, write_sources


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Sources:
    """The files of a small real brief."""
    return write_sources(tmp_path_factory.mktemp("sources"))
