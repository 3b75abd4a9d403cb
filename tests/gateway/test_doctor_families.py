"""`onbeat doctor` says which models could run and, word for word, how to get what they lack."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from services.gateway.cli import main
from services.gateway.doctor_families import family_lines
from shared.families.catalogue import MODEL_NAMES
from shared.families.components import COMPONENTS


def _write(root: Path, name: str) -> None:
    folder = root / name / COMPONENTS[name].folders[0]
    folder.mkdir(parents=True)
    (folder / "config.json").write_bytes(b"{}")
    line = f"{hashlib.sha256(b'{}').hexdigest()}  {folder.name}/config.json\n"
    (root / name / "SHA256SUMS").write_text(line)


def test_every_model_and_part_is_named_with_its_commands(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONBEAT_WEIGHTS", raising=False)
    assert main(["doctor"]) == 0
    text = capsys.readouterr().out
    for name in (*MODEL_NAMES, *COMPONENTS):
        assert f"  {name} " in text
    for component in COMPONENTS.values():
        assert component.install in text
    assert "lacks wan-umt5-xxl, wan-vae-2.1, wan2.1-t2v-1.3b" in text


def test_a_model_is_ready_when_all_its_parts_are_here(tmp_path: Path) -> None:
    environment = {"ONBEAT_WEIGHTS": str(tmp_path)}
    for name in ("wan-umt5-xxl", "wan-vae-2.1", "wan2.1-t2v-1.3b"):
        _write(tmp_path, name)
    lines = family_lines(environment)
    place = next(i for i, line in enumerate(lines) if line.startswith("  wan2.1-t2v-1.3b "))
    assert lines[place + 1] == "    ready"
    assert sum(line.strip() == "ready" for line in lines) == 1
    assert any("Apache-2.0" in line for line in lines)
