"""Components: pinned by their sums, found in the folder, and else told how to be got."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from shared.errors import InvalidInput
from shared.families.catalogue import FAMILIES
from shared.families.components import (
    COMPONENTS,
    component_folder,
    component_named,
    components_digest,
    missing_reason,
    pinned,
)
from shared.weights import WeightsUnavailable

_NAME = "wan-vae-2.1"


def _write(root: Path, data: bytes = b"{}", sums: str | None = None) -> dict[str, str]:
    folder = root / _NAME
    (folder / "vae").mkdir(parents=True, exist_ok=True)
    (folder / "vae" / "config.json").write_bytes(data)
    if sums is None:
        sums = f"{hashlib.sha256(data).hexdigest()}  ./vae/config.json\n"
    (folder / "SHA256SUMS").write_text(sums)
    return {"ONBEAT_WEIGHTS": str(root)}


def test_every_model_has_its_parts() -> None:
    for family in FAMILIES:
        for model in family.models.values():
            for name in (*model.components, model.name):
                assert component_named(name).gigabytes > 0
    with pytest.raises(InvalidInput, match=r"'clip' is not known; expected wan-umt5-xxl"):
        component_named("clip")


@pytest.mark.parametrize("component", COMPONENTS.values(), ids=lambda one: one.name)
def test_where_it_is_missing_the_refusal_says_what_to_run(
    component: object, tmp_path: Path
) -> None:
    name = component.name  # type: ignore[attr-defined]
    for environment in ({}, {"ONBEAT_WEIGHTS": str(tmp_path)}):
        reason = missing_reason(name, environment)
        assert reason is not None
        for words in (name, "hf download", f"$ONBEAT_WEIGHTS/{name}", "sha256sum > SHA256SUMS"):
            assert words in reason


def test_the_commands_it_names_pin_what_it_reads(tmp_path: Path) -> None:
    environment = _write(tmp_path, sums="")
    command = component_named(_NAME).install.split("`")[3]
    command = command.replace("$ONBEAT_WEIGHTS", str(tmp_path))
    subprocess.run(["bash", "-c", command], check=True)
    assert component_folder(_NAME, environment) == tmp_path / _NAME
    assert missing_reason(_NAME, environment) is None


def test_a_digest_reads_the_pin_alone(tmp_path: Path) -> None:
    environment = _write(tmp_path)
    digest = components_digest((_NAME,), environment)
    (tmp_path / _NAME / "vae" / "config.json").write_bytes(b"other")
    assert components_digest((_NAME,), environment) == digest
    with pytest.raises(WeightsUnavailable, match=r"config\.json has SHA-256 .* expected"):
        component_folder(_NAME, environment)
    assert components_digest((_NAME,), _write(tmp_path, b"[]")) != digest


def test_other_files_are_neither_pinned_nor_read(tmp_path: Path) -> None:
    zeros = "0" * 64
    good = hashlib.sha256(b"{}").hexdigest()
    sums = (
        f"{good}  vae/config.json\n{zeros}  README.md\n{zeros} *vae/code.py\n"
        f"{zeros}  transformer/model.safetensors\n"
    )
    environment = _write(tmp_path, sums=sums)
    assert [file.name for file in pinned(_NAME, environment).files] == ["vae/config.json"]


def test_a_file_that_would_be_read_but_is_not_pinned_is_refused(tmp_path: Path) -> None:
    environment = _write(tmp_path)
    (tmp_path / _NAME / "vae" / "notes.md").write_text("read by nobody")
    component_folder(_NAME, environment)
    (tmp_path / _NAME / "vae" / "extra.json").write_text("{}")
    with pytest.raises(WeightsUnavailable, match=r"holds vae/extra\.json, which is not in SHA256"):
        component_folder(_NAME, environment)


@pytest.mark.parametrize(
    ("sums", "words"),
    [
        ("rubbish\n", r"line 1: found 'rubbish'; expected '<sha256>  <file>'"),
        (f"{'0' * 64}  ../../etc/passwd\n", "line 1"),
        (f"{'0' * 64}  /etc/passwd\n", "line 1"),
        (f"{'0' * 64}  README.md\n", "names no file of vae"),
        ("", "names no file of vae"),
    ],
)
def test_a_pin_that_cannot_be_read_is_refused(tmp_path: Path, sums: str, words: str) -> None:
    with pytest.raises(WeightsUnavailable, match=words):
        pinned(_NAME, _write(tmp_path, sums=sums))


def test_a_folder_without_a_pin_is_told_from_none(tmp_path: Path) -> None:
    environment = {"ONBEAT_WEIGHTS": str(tmp_path)}
    with pytest.raises(WeightsUnavailable, match="is not here"):
        pinned(_NAME, environment)
    (tmp_path / _NAME).mkdir()
    with pytest.raises(WeightsUnavailable, match="is not pinned"):
        pinned(_NAME, environment)


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    environment = _write(tmp_path)
    (tmp_path / _NAME / "vae" / "config.json").unlink()
    assert "lacks vae/config.json (1 of 1)" in str(missing_reason(_NAME, environment))
    with pytest.raises(WeightsUnavailable, match=r"put vae/config\.json into"):
        component_folder(_NAME, environment)
