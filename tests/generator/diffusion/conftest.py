"""Tiny components of encoders and denoisers, built once for all tests of diffusion."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.encoder.families.desk import Desk
from tests.encoder.families.tiny import save_components
from tests.generator.diffusion.studio import Studio, save_denoisers


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch

    torch.set_num_threads(1)  # as in a worker
    return save_denoisers(save_components(tmp_path_factory.mktemp("checkpoints")))


@pytest.fixture
def studio(checkpoints: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(checkpoints))
    for name in ("ONBEAT_HUB", "ONBEAT_ATTESTATIONS", "ONBEAT_CONSENT", "ONBEAT_OFFLOAD"):
        monkeypatch.delenv(name, raising=False)
    from services.generator.diffusion.resident import forget

    forget()
    yield Studio(Desk(tmp_path), checkpoints)
    forget()
