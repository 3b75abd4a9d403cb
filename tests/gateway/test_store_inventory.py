"""What films need alone and together adds up to what is there."""

from __future__ import annotations

import json

from services.gateway.store_access import opened_store
from services.gateway.store_inventory import as_document, film_document, inventory_of
from shared.pins import Pins
from shared.settings import Settings
from tests.gateway.finished import Finished


def test_sizes_add_up(finished: Finished) -> None:
    settings = Settings(finished.store)
    with opened_store(settings) as store:
        found = inventory_of(store)
        sizes = {blob.digest: blob.size_bytes for blob in store.blobs.stored()}
    second, first = found.films
    assert second.needs | first.needs == sizes.keys()
    assert second.size_bytes == sum(sizes[digest] for digest in second.needs)
    assert first.own_bytes == sum(sizes[digest] for digest in first.needs - second.needs)
    assert 0 < first.own_bytes < first.size_bytes
    assert sum(tally.bytes_kept for tally in found.tallies().values()) == sum(sizes.values())
    kinds = set(found.tallies())
    assert kinds >= {"reference", "render", "measure", "encode", "analyze", "assemble", "document"}
    assert "other" not in kinds


def test_the_document_is_json_with_every_film(finished: Finished) -> None:
    with opened_store(Settings(finished.store)) as store:
        Pins(store.database).add("here", store.films()[0].build)
        found = inventory_of(store)
        Pins(store.database).remove("here")
    document = json.loads(json.dumps(as_document(found)))
    assert [film["pins"] for film in document["films"]] == [["pinned as here"], []]
    assert document["pins"][0]["name"] == "here"
    one = film_document(found, found.films[0])
    assert one == document["films"][0]
    assert (one["size"], one["duration_seconds"], one["locked_clips"]) == ("256x144", 4.0, 1)
    assert document["bytes"] == sum(kind["bytes"] for kind in document["blobs"].values())
