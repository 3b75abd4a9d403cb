"""`onbeat doctor` says what is here, what is missing and how to get it."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from services.gateway.cli import main
from services.gateway.doctor import doctor, store_problem, weights_states
from shared.known_weights import KNOWN_WEIGHTS, YUNET, Weights, WeightsFile

_GONE = Weights(
    "gone", "tests", "none", "nobody",
    (WeightsFile("a.bin", "onbeat-package-that-is-not-there", "a/a.bin", "0" * 64, 7),),
)  # fmt: skip


def test_it_lists_libraries_weights_and_notices(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    text = capsys.readouterr().out
    for name, weights in KNOWN_WEIGHTS.items():
        assert f"  {name} " in text
        assert weights.notice in text
    for word in ("opencv-python-headless", "torch", "store:", "hub: off", "CC BY 4.0"):
        assert word in text


def test_missing_weights_are_said_and_are_no_failure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.doctor.weights_states", lambda: weights_states([_GONE]))
    assert doctor(argparse.Namespace()) == 0
    text = capsys.readouterr().out
    assert "gone               missing" in text
    assert "onbeat-package-that-is-not-there: get it with `make setup-models`" in text
    assert "nobody" not in text


def test_damaged_weights_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "yunet").mkdir()
    file = tmp_path / "yunet" / YUNET.files[0].name
    file.write_bytes(b"something else")
    monkeypatch.setenv("ONBEAT_WEIGHTS", str(tmp_path))
    (state,) = weights_states([YUNET])
    assert (state.state, state.origin) == ("damaged", str(file))
    monkeypatch.delenv("ONBEAT_WEIGHTS")
    (state,) = weights_states([YUNET])
    assert (state.state, state.origin) == ("ok", "package")


def test_a_store_that_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert store_problem(tmp_path / "new" / "store") is None
    assert not (tmp_path / "new").exists()
    (tmp_path / "file").write_text("x")
    assert "not a folder" in str(store_problem(tmp_path / "file" / "store"))
    monkeypatch.setenv("ONBEAT_STORE", str(tmp_path / "file" / "store"))
    assert main(["doctor"]) == 1
    assert "not a folder" in capsys.readouterr().out
