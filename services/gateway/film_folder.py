"""The output folder: written beside its place, then there by one rename.

`OUT/` holds film.mp4, timeline.json, sync.json, report.json, report.html and poster.jpg, and
captions.srt and .vtt where they are asked for, and the same in other aspects: film-9x16.mp4. An
existing folder is replaced only if Onbeat wrote it and nobody added to it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from services.gateway.aspects import delivery_files
from services.gateway.publish import publish
from services.gateway.staging import locked_staging, recover
from services.gateway.subtitle_files import SUBTITLE_FILES
from shared.blobs import BlobStore
from shared.digest import Digest
from shared.errors import InvalidInput, NotFound, Unavailable
from shared.stems import STEMS_FOLDER, TRACK_NAMES

FILES = ("film.mp4", "timeline.json", "sync.json", "report.json", "report.html", "poster.jpg")
# What file managers leave in every folder that they show.
_LITTER = (".DS_Store", "Thumbs.db", "desktop.ini")


@contextmanager
def staged_folder(out: Path) -> Iterator[Path]:
    """A folder to write into that becomes `out` when the block ends without an error.

    Raises `InvalidInput` at once when `out` cannot become a film folder, before any work is done,
    and again at the end if somebody has put another folder there in the meantime. An `OSError` of
    the block or of the system is raised as `Unavailable`.
    """
    out = out.absolute()
    recover(out, lambda folder: _foreign_name(folder) is None)
    _check_replaceable(out, out)
    made = _missing_parents(out)
    try:
        with _staging_for(out) as staging, _reported(out):
            yield staging
            staging.chmod(0o755)
            _sync(staging)
            publish(staging, out, lambda folder: _check_replaceable(folder, out))
            _sync_folder(out.parent)
    except BaseException:
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
    except (OSError, ValueError, RecursionError):
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


@contextmanager
def _staging_for(out: Path) -> Iterator[Path]:
    with ExitStack() as stack:
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            staging = stack.enter_context(locked_staging(out))
        except OSError as error:
            raise InvalidInput(
                f"{out}: cannot be written: {error.strerror}; expected a place for a new folder"
            ) from error
        yield staging


@contextmanager
def _reported(out: Path) -> Iterator[None]:
    try:
        yield
    except (ConnectionError, TimeoutError):
        raise  # Of a pipe or a worker, not of the disk.
    except OSError as error:
        raise Unavailable(f"{out}: cannot be written: {error.strerror or error}") from error


def _check_replaceable(folder: Path, out: Path) -> None:
    """Refuse a folder that is more than a film folder; messages call it `out`."""
    try:
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise InvalidInput(f"{out}: exists and is not a folder; expected a new folder's name")
        if not folder.is_dir() or not any(folder.iterdir()):
            return
        if not is_film_folder(folder):
            raise InvalidInput(
                f"{out}: exists and is not a film folder of Onbeat; it is left as it is, "
                "give another -o"
            )
        if foreign := _foreign_name(folder):
            raise InvalidInput(
                f"{out}: also holds {foreign}, which Onbeat did not write; it is left as it is, "
                "give another -o or take that out"
            )
    except OSError as error:
        raise InvalidInput(f"{out}: cannot be written: {error.strerror}") from error


def _foreign_name(folder: Path) -> str | None:
    """The first name in a folder that is none of a film's files, None if there is none."""
    with os.scandir(folder) as entries:
        own = (*FILES, *SUBTITLE_FILES)
        known = {*own, *delivery_files(own), *_LITTER}
        foreign = (
            e.name
            for e in entries
            if not _holds_stems(e) and (e.name not in known or e.is_dir(follow_symlinks=False))
        )
        return min(foreign, default=None)


def _holds_stems(entry: os.DirEntry[str]) -> bool:
    """Whether it is the folder of stems, with nothing else in it."""
    if entry.name != STEMS_FOLDER or not entry.is_dir(follow_symlinks=False):
        return False
    own = {f"{name}.wav" for name in TRACK_NAMES}
    with os.scandir(entry.path) as entries:
        return all(e.name in {*own, *_LITTER} and e.is_file(follow_symlinks=False) for e in entries)


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


def _sync(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            _sync(path)
            continue
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
