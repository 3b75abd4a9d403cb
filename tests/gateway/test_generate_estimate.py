"""An estimate says what would be generated and what it costs, without weights and without work."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.cli import main
from services.gateway.generate_estimate import Estimate, ShotEstimate
from shared.families.device import DeviceFigures
from shared.schema import to_json


def test_an_estimate_needs_no_weights_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("ONBEAT_WEIGHTS", "ONBEAT_DEVICE", "ONBEAT_OFFLOAD"):
        monkeypatch.delenv(name, raising=False)
    figures = tmp_path / "figures.json"
    figures.write_bytes(to_json(DeviceFigures("a card", 100.0, 80.0, "2026-01-01T00:00:00Z")))
    monkeypatch.setenv("ONBEAT_DEVICE_FIGURES", str(figures))
    flags = ["--prompt", "waves in fog", "--source", "procedural", "--duration", "8"]
    flags += ["--generate", "every=2", "--generate", "steps=10"]
    assert main(["make", *flags, "--estimate"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("shot 2    wan2.1-t2v-1.3b, text_to_video: 832x464, ")
    assert " 10 steps; " in lines[0]
    assert " PFLOP, " in lines[0]
    total = next(line for line in lines if line.startswith("generate  "))
    assert " s on a card" in total
    assert lines[-1].startswith("lacks     wan2.1-t2v-1.3b lacks wan-umt5-xxl, wan-vae-2.1")
    assert not list(tmp_path.glob("**/film.mp4"))


def test_a_film_without_made_shots_costs_nothing() -> None:
    assert Estimate((), 7, None, ()).lines() == ["generate  0 of 7 shots"]


def test_without_a_measured_device_no_seconds_are_claimed() -> None:
    shot = ShotEstimate(3, "ltx-2", "text_to_video", "64x64", 9, 4, 1.5, 40.0, None)
    lines = Estimate((shot, shot), 7, None, ()).lines()
    assert (
        lines[0] == "shot 3    ltx-2, text_to_video: 64x64, 9 frames, 4 steps; 1.5 PFLOP, 40.00 GB"
    )
    assert lines[-1].endswith(
        "3 PFLOP, 40.00 GB at once (no device measured: ONBEAT_DEVICE_FIGURES)"
    )


def test_a_film_needs_a_folder_and_an_estimate_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["make", "--prompt", "sea"]) == 2
    assert "expected -o/--out" in capsys.readouterr().err
