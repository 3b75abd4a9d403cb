"""Action keys: everything that decides a result is in them, nothing else."""

from __future__ import annotations

import dataclasses
import importlib.metadata
from collections.abc import Callable

import pytest

from shared.actions import Backend, action_key, environment_of
from shared.digest import Digest
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


def test_the_environment_names_installed_versions_in_order() -> None:
    numpy = f"numpy=={importlib.metadata.version('numpy')}"
    assert environment_of("numpy", "av") == f"av=={importlib.metadata.version('av')} {numpy}"
    assert environment_of("numpy", "av") == environment_of("av", "numpy")
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        environment_of("not-installed-anywhere")
