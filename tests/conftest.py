"""Fixtures for all tests: an own store for each, and golden files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from shared.blobs import FileBlobs, MemoryBlobs

_GOLDEN = Path(__file__).parent / "golden"
Golden = Callable[[str, bytes], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write tests/golden anew; look at the difference before you commit it",
    )


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # No test may read or write the store of whoever runs it, not even through a child process.
    monkeypatch.setenv("ONBEAT_STORE", str(tmp_path / "store"))


@pytest.fixture
def memory_blobs() -> MemoryBlobs:
    """An empty store in memory."""
    return MemoryBlobs()


@pytest.fixture
def file_blobs(tmp_path: Path) -> FileBlobs:
    """An empty store in a folder."""
    return FileBlobs(tmp_path / "blobs")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare bytes with a file in tests/golden: `golden("digest/keys.json", data)`."""

    def compare(name: str, found: bytes) -> None:
        path = _GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(found)
        assert path.exists(), f"tests/golden/{name} is missing; run pytest --update-golden"
        assert found == path.read_bytes(), (
            f"tests/golden/{name} differs. Stored keys and documents change with it: raise the "
            "version of what changed, say so in CHANGELOG.md, then run pytest --update-golden"
        )

    return compare
