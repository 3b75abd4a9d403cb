"""Action keys: everything that decides a result is in them, nothing else."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.actions import Backend, action_key, environment_of
from shared.digest import Digest
from shared.errors import Unavailable
from shared.requests import EncodeRequest

BLOB = Digest.of_bytes(b"reference")
REQUEST = EncodeRequest("image.style", BLOB)
BACKEND = Backend("encode/image.style", 3, "numpy==2.4.6", BLOB, "float32")


def test_the_key_is_the_recorded_one(golden: Callable[[str, bytes], None]) -> None:
    keys = f"{action_key(BACKEND, REQUEST)}\n{action_key(BACKEND, REQUEST, salt='tenant')}\n"
    golden("keys/backend.txt", keys.encode())


def test_everything_about_the_backend_is_in_the_key() -> None:
    others = [
        dataclasses.replace(BACKEND, name="encode/image.faces"),
        dataclasses.replace(BACKEND, version=4),
        dataclasses.replace(BACKEND, environment="numpy==2.4.7"),
        dataclasses.replace(BACKEND, weights=None),
        dataclasses.replace(BACKEND, weights=Digest.of_bytes(b"weights")),
        dataclasses.replace(BACKEND, dtype=None),
        dataclasses.replace(BACKEND, dtype="bfloat16"),
    ]
    keys = {action_key(backend, REQUEST) for backend in [BACKEND, *others]}
    assert len(keys) == 1 + len(others)


def test_tenants_have_keys_of_their_own() -> None:
    assert len({action_key(BACKEND, REQUEST, salt) for salt in ("", "one", "two")}) == 3


def test_a_key_is_64_hex_digits() -> None:
    key = action_key(BACKEND, REQUEST)
    assert len(key) == 64
    assert int(key, 16) >= 0


def test_the_action_is_the_first_part_of_the_backends_name() -> None:
    assert BACKEND.action == "encode"
    assert Backend("analyze", 1, "").action == "analyze"


def test_the_environment_names_installed_builds_in_order() -> None:
    av, numpy = (importlib.metadata.version(name) for name in ("av", "numpy"))
    pattern = rf"av=={re.escape(av)}#[0-9a-f]{{12}} numpy=={re.escape(numpy)}#[0-9a-f]{{12}}"
    assert re.fullmatch(pattern, environment_of("numpy", "av"))
    assert environment_of("numpy", "av") == environment_of("av", "numpy")


def install(folder: Path, name: str, record: str | None) -> str:
    """The environment of a distribution of which nothing but its metadata exists."""
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    if record is not None:
        (metadata / "RECORD").write_text(record)
    return environment_of(name).partition("==")[2]


def test_a_build_is_known_by_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    one = install(tmp_path, "onbeat_test_a", "lib/x.so,sha256=AAAA,9\nlib/y.py,sha256=BBBB,5\n")
    assert re.fullmatch("1.0#[0-9a-f]{12}", one)
    other = install(tmp_path, "onbeat_test_b", "lib/x.so,sha256=CCCC,9\nlib/y.py,sha256=BBBB,5\n")
    assert other != one
    again = install(
        tmp_path,
        "onbeat_test_c",
        "../../../bin/tool,sha256=DDDD,300\n"
        "lib/y.py,sha256=BBBB,5\n"
        "lib/x.so,sha256=AAAA,9\n"
        "lib/__pycache__/y.cpython-311.pyc,,\n"
        "lib/__pycache__/z.cpython-311.pyc,sha256=EEEE,1\n"
        "__editable__.onbeat_test_c-1.0.pth,sha256=FFFF,20\n"
        "onbeat_test_c-1.0.dist-info/INSTALLER,sha256=GGGG,4\n"
        "onbeat_test_c-1.0.dist-info/RECORD,,\n",
    )
    assert again == one
    assert install(tmp_path, "onbeat_test_d", None) == "1.0"


def test_what_is_not_installed_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unavailable, match=r"not-installed-anywhere is not installed; expected"):
        environment_of("not-installed-anywhere")

    def find_nothing(name: str) -> importlib.metadata.Distribution:
        raise importlib.metadata.PackageNotFoundError(name)

    requires = ['rare-lib; extra == "b"', 'rare==1.*; extra == "a"', "other"]
    monkeypatch.setattr(importlib.metadata, "distribution", find_nothing)
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: requires)
    with pytest.raises(Unavailable, match=r"rare is not installed; expected it with onbeat\[a\]$"):
        environment_of("rare")
