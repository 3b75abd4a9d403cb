"""Tiny components of all families, built once; each test sees them as its weights."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.encoder.families.desk import Desk
from tests.encoder.families.tiny import save_components


@pytest.fixture(scope="session")
def components(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch

    torch.set_num_threads(1)  # as in a worker
    return save_components(tmp_path_factory.mktemp("families"))


@pytest.fixture
def desk(components: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(components))
    monkeypatch.delenv("ONBEAT_HUB", raising=False)
    monkeypatch.delenv("ONBEAT_ATTESTATIONS", raising=False)
    monkeypatch.delenv("ONBEAT_CONSENT", raising=False)
    return Desk(tmp_path)
