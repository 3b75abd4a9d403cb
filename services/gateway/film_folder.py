"""The output folder: written beside its place, then there by one rename.

`OUT/` holds film.mp4, timeline.json, sync.json, report.json and poster.jpg. An existing folder is
replaced only if Onbeat wrote it.
"""

from __future__ import annotations

import ctypes
import glob
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared.blobs import BlobStore
from shared.digest import Digest
from shared.errors import InvalidInput, NotFound
from shared.process import process_exists

FILES = ("film.mp4", "timeline.json", "sync.json", "report.json", "poster.jpg")
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_STAGING_SUFFIX = ".partial"


@contextmanager
def staged_folder(out: Path) -> Iterator[Path]:
    """A folder to write into that becomes `out` when the block ends without an error.

    Raises `InvalidInput` at once when `out` cannot become a film folder, before any work is done.
    """
    out = out.absolute()
    _check_replaceable(out)
    made = _missing_parents(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(out)
        prefix = f".{out.name}.{os.getpid()}."
        staging = Path(tempfile.mkdtemp(prefix=prefix, suffix=_STAGING_SUFFIX, dir=out.parent))
    except OSError as error:
        _remove_empty(made)
        raise InvalidInput(
            f"{out}: cannot be written: {error.strerror}; expected a place for a new folder"
        ) from error
    try:
        yield staging
        staging.chmod(0o755)
        _sync(staging)
        _publish(staging, out)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        _remove_empty(made)
        raise


def write_film(
    folder: Path, blobs: BlobStore, film: Digest, documents: Mapping[str, Any], poster: bytes
) -> None:
    """Write the film, its JSON documents (file name to value) and its poster into a folder."""
    with blobs.local_path(film) as source:
        shutil.copyfile(source, folder / "film.mp4")
    for name, document in documents.items():
        text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
        (folder / name).write_text(text + "\n", encoding="utf-8")
    (folder / "poster.jpg").write_bytes(poster)


def read_document(out: Path, name: str) -> dict[str, Any]:
    """Read one JSON document of a film folder; raises `NotFound` or `InvalidInput`."""
    if not out.is_dir():
        raise NotFound(f"{out}: no such folder; expected a film that `onbeat make` wrote")
    try:
        document = json.loads((out / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InvalidInput(f"{out}: not a film folder of Onbeat ({name} cannot be read)") from None
    if not isinstance(document, dict):
        raise InvalidInput(f"{out}: not a film folder of Onbeat ({name} is not an object)")
    return document


def is_film_folder(out: Path) -> bool:
    """Whether Onbeat wrote this folder: its timeline says so."""
    try:
        document = read_document(out, "timeline.json")
    except (InvalidInput, NotFound):
        return False
    return str(document.get("type", "")).startswith("Timeline/")


def _check_replaceable(out: Path) -> None:
    try:
        if out.is_symlink() or (out.exists() and not out.is_dir()):
            raise InvalidInput(f"{out}: exists and is not a folder; expected a new folder's name")
        if out.is_dir() and any(out.iterdir()) and not is_film_folder(out):
            raise InvalidInput(
                f"{out}: exists and is not a film folder of Onbeat; it is left as it is, "
                "give another -o"
            )
    except OSError as error:
        raise InvalidInput(f"{out}: cannot be written: {error.strerror}") from error


def _remove_abandoned(out: Path) -> None:
    """Remove what a run that was killed has left beside `out`."""
    for folder in out.parent.glob(f".{glob.escape(out.name)}.*{_STAGING_SUFFIX}"):
        pid = folder.name.removeprefix(f".{out.name}.").partition(".")[0]
        if pid.isdecimal() and not process_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _missing_parents(out: Path) -> list[Path]:
    """Parent folders that writing `out` would create, innermost first."""
    missing = []
    for parent in out.parents:
        try:
            if parent.exists():
                break
        except OSError:
            break
        missing.append(parent)
    return missing


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return


def _publish(staging: Path, out: Path) -> None:
    if not out.exists():
        os.rename(staging, out)
    elif _exchange(staging, out):
        shutil.rmtree(staging, ignore_errors=True)
    else:
        # Without an atomic exchange the old film stands aside for a moment, but is never lost.
        aside = out.with_name(f".{out.name}.{os.getpid()}.old")
        os.rename(out, aside)
        os.rename(staging, out)
        shutil.rmtree(aside, ignore_errors=True)
    _sync_folder(out.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step where the system can (renameat2 of Linux)."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    result: int = rename(
        _AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE
    )
    return result == 0


def _sync(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
