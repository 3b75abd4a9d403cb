"""Films as one file, written and read by the code under test, or changed by hand."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from shared.film_export import contents_of, export_film
from shared.film_import import FilmImport
from shared.tar_stream import read_members, write_end, write_member
from tests.shared.stored import SmallStore


def exported(store: SmallStore, path: Path) -> Path:
    contents = contents_of(store.database, store.blobs, store.films[0])
    export_film(contents, store.blobs, path, lambda done, total: None)
    return path


def imported(store: SmallStore, path: Path, **options: Any) -> None:
    work = FilmImport(store.database, store.blobs, store.folder)
    work.run(path, lambda stage, done, total: None, **options)


def is_empty(store: SmallStore) -> bool:
    return not store.films and not store.keys and not list(store.folder.glob(".import-*"))


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """An archive whose members were changed, with a table of contents that fits them."""
    with path.open("rb") as source:
        found = {}
        for member in read_members(source):
            source.seek(member.offset)
            found[member.name] = source.read(member.size_bytes)
    change(found)
    table = hashlib.sha256(found["onbeat-film.json"]).hexdigest()
    found["onbeat-film.sha256"] = f"{table}  onbeat-film.json\n".encode()
    target = io.BytesIO()
    for name, data in found.items():
        write_member(target, name, len(data), io.BytesIO(data))
    write_end(target)
    path.write_bytes(target.getvalue())
