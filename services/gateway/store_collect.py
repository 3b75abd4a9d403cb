"""`onbeat store gc`, `pin` and `unpin`."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from services.gateway.store_access import Store, held, opened_store
from services.gateway.store_inventory import inventory_of
from services.gateway.store_list import resolve
from services.gateway.store_words import Stages, aligned, parse_age, said_bytes
from shared.collect import DAY_SECONDS, Collection, Collector
from shared.digest import Digest
from shared.errors import MissingBlob, NotFound
from shared.retention import Retention
from shared.settings import Settings
from shared.tally import total_of


def gc(options: argparse.Namespace) -> int:
    """Collect, or say what a collection would do."""
    with opened_store(Settings.from_environment()) as store:
        retention = _retention(store, options)
        age = DAY_SECONDS if options.untouched_for is None else parse_age(options.untouched_for)
        with Stages() as stages:
            collector = Collector(
                store.database, store.blobs, store.settings.owners_folder, stages.show
            )
            found = collector.collect(retention, untouched_for_seconds=age, dry_run=options.dry_run)
    if options.json:
        sys.stdout.write(json.dumps(_document(found, options.dry_run), indent=2) + "\n")
    else:
        _print(found, dry_run=options.dry_run)
    return 0


def pin(options: argparse.Namespace) -> int:
    """Keep a film or a blob, with all that it leads to, until it is unpinned."""
    with opened_store(Settings.from_environment()) as store:
        digest = _pinnable(store, options.what)
        before = {pin.name for pin in store.pins.all()}
        store.pins.add(options.name, digest)
        # A collection that began before the pin does not know of it: touched, all of it stays.
        with held(store):
            if not _touch_all(store, digest):
                if options.name not in before:
                    store.pins.remove(options.name)
                raise MissingBlob(f"{options.what}: a part of it is gone from the store")
    print(f"{digest.short} is pinned as {options.name}")
    return 0


def unpin(options: argparse.Namespace) -> int:
    """Take a pin off."""
    with opened_store(Settings.from_environment()) as store:
        if not store.pins.remove(options.name):
            names = ", ".join(pin.name for pin in store.pins.all() if pin.owner is None)
            raise NotFound(f"{options.name}: no such pin; there are: {names or 'none'}")
    return 0


def _retention(store: Store, options: argparse.Namespace) -> Retention:
    older = None if options.older_than is None else parse_age(options.older_than)
    forgotten = frozenset(store.film(text).build for text in options.forget)
    return Retention(options.keep_films, older, forgotten)


def _pinnable(store: Store, text: str) -> Digest:
    try:
        return store.film(text).build
    except NotFound:
        digest = resolve(inventory_of(store), text)
    if not store.blobs.contains(digest):
        raise MissingBlob(f"{text}: blob {digest.short} is gone from the store")
    return digest


def _touch_all(store: Store, digest: Digest) -> bool:
    """Whether everything that a blob leads to is there, from now on."""
    graph = inventory_of(store).graph
    links = {other for name, other in graph.links(digest) if name != "parent"}
    needed = {digest, *links}
    touched = {
        other
        for other in graph.reach((digest,), graph.origins(digest)).blobs
        if store.blobs.touch(other)
    }
    return needed <= touched


def _document(found: Collection, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "films": [
            {"name": verdict.film.name, "stays": verdict.stays, "why": verdict.why}
            for verdict in found.films
        ],
        "kinds": {kind: _tally(tally) for kind, tally in sorted(found.tallies.items())},
        "total": _tally(total_of(found.tallies.values())),
        "untouched_since": found.untouched_since,
    }


def _tally(tally: Any) -> dict[str, int]:
    return {name: getattr(tally, name) for name in type(tally).__slots__}


def _print(found: Collection, *, dry_run: bool) -> None:
    going = [(v.film.name, v.why) for v in found.films if not v.stays]
    if going:
        sys.stdout.write(aligned([("film", "goes because it is"), *going]) + "\n")
    total = total_of(found.tallies.values())
    rows = [("kind", "stay", "size", "go", "size", "results go")]
    kinds = sorted(found.tallies.items(), key=lambda item: -item[1].bytes_gone)
    for kind, tally in (*kinds, ("all", total)):
        stay = str(tally.blobs_kept), said_bytes(tally.bytes_kept)
        go = str(tally.blobs_gone), said_bytes(tally.bytes_gone)
        rows.append((kind, *stay, *go, str(tally.results_gone)))
    said = "would be freed" if dry_run else "freed"
    staying = sum(verdict.stays for verdict in found.films)
    goes = "goes" if dry_run else "went"
    sys.stdout.write(
        f"{aligned(rows)}\n{said_bytes(total.bytes_gone)} {said}; films that stay: {staying}.\n"
        f"What {goes} is needed by no film, pin or running work, and nobody touched it lately.\n"
    )
    if total.blobs_young:
        sys.stdout.write(
            f"{total.blobs_young} blobs more ({said_bytes(total.bytes_young)}) are needed by "
            "nothing either, but were touched lately; a later collection takes them.\n"
        )
