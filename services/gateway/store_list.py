"""`onbeat store ls` and `onbeat store show`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from services.gateway.store_access import Store, opened_store
from services.gateway.store_inventory import (
    FilmUse,
    Inventory,
    as_document,
    film_document,
    inventory_of,
)
from services.gateway.store_words import aligned, said_bytes, said_time
from shared.digest import Digest
from shared.errors import InvalidInput, MissingBlob, NotFound
from shared.films import StoredFilm
from shared.settings import Settings
from shared.tally import OTHER

_MIN_PREFIX_DIGITS = 4
_MAX_USERS_LISTED = 20
_MAX_SHOWN_BYTES = 1 << 20


def ls(options: argparse.Namespace) -> int:
    """List films and blobs."""
    settings = Settings.from_environment()
    with opened_store(settings) as store:
        found = inventory_of(store)
    if options.json:
        _print_json(as_document(found))
        return 0
    write = sys.stdout.write
    write(_film_lines(found) if found.films else "no films\n")
    total = sum(size for size, _ in found.blobs.values())
    rows = [
        (kind, str(tally.blobs_kept), said_bytes(tally.bytes_kept))
        for kind, tally in found.tallies().items()
    ]
    write(
        "\n"
        + aligned(
            [("kind", "blobs", "size"), *rows, ("all", str(len(found.blobs)), said_bytes(total))]
        )
    )
    for pin in found.pins:
        if pin.owner is None:
            write(f"pin {pin.name}: {pin.digest.short} since {said_time(pin.created_at)}\n")
    return 0


def show(options: argparse.Namespace) -> int:
    """Show one film, or one blob: what it is, who made it from what, who needs it."""
    with opened_store(Settings.from_environment()) as store:
        found = inventory_of(store)
        film = _film_called(store, options.what)
        if film is not None:
            use = next(use for use in found.films if use.film.build == film.build)
            document = film_document(found, use) | {"kinds": _kinds_of(found, use)}
        else:
            document = _blob_document(store, found, resolve(found, options.what))
    if options.json:
        _print_json(document)
    else:
        _print_words(document)
    return 0


def _film_lines(found: Inventory) -> str:
    rows = [("film", "made", "what", "size", "only here", "")]
    for use in found.films:
        film, record = use.film, use.film.record
        what = "its record is damaged"
        if record is not None:
            seconds = float(record.frames / record.frame_rate)
            what = f"{record.size}, {seconds:.1f} s, {record.num_shots} shots"
            what += ", draft" if record.is_draft else ""
        sizes = said_bytes(use.size_bytes), said_bytes(use.own_bytes)
        notes = ", ".join(_notes(found, film))
        rows.append((film.name, said_time(film.finished_at), what, *sizes, notes))
    return aligned(rows) + "\nonly here: what no other film needs\n"


def _notes(found: Inventory, film: StoredFilm) -> Iterable[str]:
    record = film.record
    if record is not None and record.locked_clips:
        yield f"{len(record.locked_clips)} locked"
    parents = [use.film for use in found.films if record and use.film.timeline == record.parent]
    if parents:
        yield f"edit of {parents[0].name}"
    yield from found.pins_of(film.build)


def _kinds_of(found: Inventory, use: FilmUse) -> dict[str, Any]:
    kinds: dict[str, dict[str, int]] = {}
    for digest in use.needs:
        kind = kinds.setdefault(found.kinds.get(digest, OTHER), {"blobs": 0, "bytes": 0})
        kind["blobs"] += 1
        kind["bytes"] += found.blobs[digest][0]
    return dict(sorted(kinds.items(), key=lambda item: -item[1]["bytes"]))


def _film_called(store: Store, text: str) -> StoredFilm | None:
    try:
        return store.film(text)
    except NotFound:
        if text and Path(text).is_dir():
            raise
        return None


def resolve(found: Inventory, text: str) -> Digest:
    """The one blob, there or gone, whose digest begins so."""
    prefix = text.lower().partition("/")[0]
    if len(prefix) < _MIN_PREFIX_DIGITS or not set(prefix) <= set("0123456789abcdef"):
        raise NotFound(
            f"{text}: expected a film's folder, or {_MIN_PREFIX_DIGITS} or more digits of the "
            "digest of a film or a blob"
        )
    known = set(found.blobs)
    for result in found.graph.results:
        known.update((*result.inputs, *result.written))
    fitting = sorted(digest for digest in known if digest.sha256.startswith(prefix))
    if not fitting:
        raise NotFound(f"{text}: nothing in this store has a digest that begins so")
    if len(fitting) > 1:
        names = ", ".join(digest.short for digest in fitting[:5])
        raise InvalidInput(f"{text}: could be any of {names}; expected more digits")
    return fitting[0]


def _blob_document(store: Store, found: Inventory, digest: Digest) -> dict[str, Any]:
    there = found.blobs.get(digest)
    requests = [(row, store.request_of(row.key)) for row in found.graph.writers(digest)]
    readers = [row for row in found.graph.results if digest in row.inputs]
    return {
        "digest": str(digest),
        "kind": found.kinds.get(digest, OTHER),
        "bytes": digest.size_bytes,
        "in_store": there is not None,
        "touched_at": there[1] if there else None,
        "content": _content(store, digest),
        "made_by": [
            {"action": row.backend, "key": row.key, "request": request} for row, request in requests
        ],
        "needed_by_films": [use.film.name for use in found.films if digest in use.needs],
        "used_by_actions": [
            {"action": row.backend, "key": row.key, "state": row.state}
            for row in readers[:_MAX_USERS_LISTED]
        ],
        "used_by_count": len(readers),
        "pins": list(found.pins_of(digest)),
    }


def _content(store: Store, digest: Digest) -> Any:
    """A small document of ours as it is: a manifest, a request, a timeline; else None."""
    if digest.size_bytes > _MAX_SHOWN_BYTES or not store.blobs.contains(digest):
        return None
    try:
        data = store.blobs.read(digest)
        return json.loads(data) if data.startswith(b"{") else None
    except (MissingBlob, ValueError, RecursionError):
        return None


def _print_json(document: Any) -> None:
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def _print_words(document: dict[str, Any]) -> None:
    for name, value in document.items():
        if value in (None, [], (), {}, False):
            continue
        label = name.replace("_", " ")
        if name.endswith("bytes"):
            text = said_bytes(value)
        elif name.endswith("_at"):
            text = said_time(value)
        elif isinstance(value, list) and all(isinstance(item, str) for item in value):
            text = ", ".join(value)
        elif name == "kinds":
            text = ", ".join(f"{kind} {said_bytes(one['bytes'])}" for kind, one in value.items())
        elif isinstance(value, dict | list):
            text = "\n  " + json.dumps(value, indent=2, ensure_ascii=False).replace("\n", "\n  ")
        else:
            text = str(value)
        sys.stdout.write(f"{label}: {text}\n")
