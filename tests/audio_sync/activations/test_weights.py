from __future__ import annotations

import importlib.metadata
import sys
from pathlib import Path

import pytest

from services.audio_sync.activations.weights import FILES, weight_files, weights_digest
from services.audio_sync.analyze import backend
from shared.digest import Digest
from shared.requests import AnalyzeRequest

REQUEST = AnalyzeRequest(Digest.of_bytes(b""))


@pytest.mark.skipif(not weight_files(), reason="the weights are not installed")
def test_the_package_is_data_only() -> None:
    assert [path.name for path in weight_files()] == list(FILES)
    assert not [name for name in sys.modules if name.startswith("BeatNet")]
    assert backend(REQUEST).weights == weights_digest(weight_files())
    assert "torch==" in backend(REQUEST).environment


def test_the_key_says_whether_weights_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with_weights = backend(REQUEST).environment  # versions are read once
    monkeypatch.setattr(importlib.metadata, "distribution", _not_installed)
    assert weight_files() == ()
    assert backend(REQUEST).weights is None
    assert "torch" in with_weights
    assert "torch" not in backend(REQUEST).environment


def _not_installed(name: str) -> importlib.metadata.Distribution:
    raise importlib.metadata.PackageNotFoundError(name)


def test_other_files_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "beatnet").mkdir()
    for name in FILES:
        (tmp_path / "beatnet" / name).write_bytes(b"something else")
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(tmp_path))
    assert weight_files() == ()
    assert f"expected {FILES['model_1_weights.pt'][:12]}" in caplog.text
