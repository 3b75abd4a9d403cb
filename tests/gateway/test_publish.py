"""A folder takes another's place whole, and what stood there is never lost by an error."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

import pytest

from services.gateway import publish as publishing
from services.gateway.publish import exchange, publish
from shared.errors import InvalidInput, Unavailable


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    """A finished folder."""
    return folder_of(tmp_path / ".onbeat-x-one.partial", "new")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder that stands where the finished one is to be."""
    return folder_of(tmp_path / "one", "old")


@pytest.fixture
def without_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that swaps nothing."""
    monkeypatch.setattr(publishing, "exchange", lambda one, other: False)


def folder_of(path: Path, content: str) -> Path:
    path.mkdir()
    (path / "film.mp4").write_text(content)
    return path


def content(folder: Path) -> str:
    return (folder / "film.mp4").read_text()


def accept(folder: Path) -> None:
    pass


def refuse_film(folder: Path) -> None:
    # The first look, at the folder in its place, is passed.
    if folder.name != "one" and content(folder) == "old":
        raise InvalidInput("dear")


@pytest.mark.parametrize("is_empty", [False, True])
def test_a_free_or_empty_place_is_taken(staging: Path, tmp_path: Path, is_empty: bool) -> None:
    out = tmp_path / "free"
    if is_empty:
        out.mkdir()
    publish(staging, out, accept)
    assert content(out) == "new"
    assert os.listdir(tmp_path) == ["free"]


def test_two_folders_are_exchanged(staging: Path, out: Path) -> None:
    assert exchange(staging, out)
    assert (content(staging), content(out)) == ("old", "new")
    assert not exchange(staging, out / "nowhere")


def test_a_folder_is_replaced(staging: Path, out: Path, tmp_path: Path) -> None:
    publish(staging, out, accept)
    assert content(out) == "new"
    assert os.listdir(tmp_path) == ["one"]


def test_a_folder_is_replaced_in_two_steps(
    staging: Path, out: Path, tmp_path: Path, without_exchange: None
) -> None:
    test_a_folder_is_replaced(staging, out, tmp_path)


def test_a_last_look_that_fails_changes_nothing(staging: Path, out: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="dear"):
        publish(staging, out, refuse_film)
    assert (content(staging), content(out)) == ("new", "old")
    assert len(os.listdir(tmp_path)) == 2


def test_nor_does_it_in_two_steps(
    staging: Path, out: Path, tmp_path: Path, without_exchange: None
) -> None:
    test_a_last_look_that_fails_changes_nothing(staging, out, tmp_path)


@pytest.mark.usefixtures("without_exchange")
def test_a_second_step_that_fails_brings_the_old_folder_back(
    staging: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fail_to_rename(monkeypatch, {(".onbeat-x-one.partial", "one")})
    with pytest.raises(OSError, match="denied"):
        publish(staging, out, accept)
    assert (content(staging), content(out)) == ("new", "old")


@pytest.mark.usefixtures("without_exchange")
def test_what_cannot_be_brought_back_is_named(
    staging: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fail_to_rename(monkeypatch, {(".onbeat-x-one.partial", "one"), (".onbeat-x-one.old", "one")})
    with pytest.raises(Unavailable, match=r"one: .* is now at .*/\.onbeat-x-one\.old"):
        publish(staging, out, accept)
    assert content(staging.with_suffix(".old")) == "old"


def test_what_cannot_be_exchanged_back_is_named(
    staging: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swaps = iter([True, False])

    def exchange_once(one: Path, other: Path) -> bool:
        return next(swaps) and exchange(one, other)

    monkeypatch.setattr(publishing, "exchange", exchange_once)
    with pytest.raises(Unavailable, match=r"is now at .*\.partial"):
        publish(staging, out, refuse_film)
    assert content(staging) == "old"


def test_macs_swap_by_a_call_of_their_own(
    staging: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Libc:
        def renamex_np(self, one: bytes, other: bytes, flags: int) -> int:
            assert flags == 2
            return 0 if exchange_here(Path(os.fsdecode(one)), Path(os.fsdecode(other))) else -1

    libc = ctypes.CDLL

    def exchange_here(one: Path, other: Path) -> bool:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "platform", "linux")
            patch.setattr(ctypes, "CDLL", libc)
            return exchange(one, other)

    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(ctypes, "CDLL", lambda name, use_errno: Libc())
    publish(staging, out, accept)
    assert content(out) == "new"


def test_a_c_library_without_the_call_says_so(
    staging: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name, use_errno: object())
    assert not exchange(staging, out)
    publish(staging, out, accept)
    assert content(out) == "new"


def _fail_to_rename(monkeypatch: pytest.MonkeyPatch, names: set[tuple[str, str]]) -> None:
    rename = os.rename

    def fail(source: Path, target: Path) -> None:
        if (source.name, target.name) in names:
            raise OSError("denied")
        rename(source, target)

    monkeypatch.setattr(os, "rename", fail)
