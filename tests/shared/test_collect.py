"""What is needed stays and is readable; what is not, and is old, goes; dry runs change nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from shared.digest import Digest
from shared.errors import Unavailable
from shared.executions import Executions
from shared.ownership import OwnerLock
from shared.pins import Pins
from shared.requests import EncodeRequest, MeasureRequest
from shared.retention import Retention
from shared.schema import to_json
from shared.tally import total_of
from tests.shared.stored import (
    SmallStore,
    assert_whole,
    small_store,
    stored_digests,
)


@pytest.fixture
def store() -> Iterator[SmallStore]:
    with small_store() as made:
        yield made


def test_a_film_keeps_its_clips_references_and_what_was_found_in_them(store: SmallStore) -> None:
    timeline = store.film(b"one", b"two")
    before, keys = stored_digests(store), store.keys
    store.age(90)
    done = store.collector.collect()
    assert stored_digests(store) == before
    assert store.keys == keys
    assert total_of(done.tallies.values()).blobs_gone == 0
    assert_whole(store, timeline)


def test_what_nothing_needs_goes_rows_and_blobs(store: SmallStore) -> None:
    timeline = store.film(b"one")
    tried = store.perform(MeasureRequest(timeline.shots[0].source.blob), b"a failed experiment")
    upload = store.blobs.put(b"never used")
    found = store.perform(EncodeRequest("image.style", upload), b"a manifest", b"its tensors")
    rows = len(store.keys)
    store.age(2)
    done = store.collector.collect()
    for digest in (tried, upload, found, Digest.of_bytes(b"its tensors")):
        assert not store.blobs.contains(digest)
    assert len(store.keys) == rows - 2
    assert done.tallies["encode"].blobs_gone == 2
    assert done.tallies["encode"].results_gone == 1
    assert done.tallies["reference"].blobs_gone == 1
    assert done.tallies["measure"].bytes_gone == len(b"a failed experiment")
    assert_whole(store, timeline)


def test_what_was_touched_lately_stays_with_all_that_its_action_wrote(store: SmallStore) -> None:
    upload = store.blobs.put(b"never used")
    manifest = store.perform(EncodeRequest("image.style", upload), b"a manifest", b"its tensors")
    store.age(2)
    store.blobs.touch(manifest)
    done = store.collector.collect()
    assert stored_digests(store) == {manifest, Digest.of_bytes(b"its tensors")}
    assert len(store.keys) == 1
    assert done.tallies["encode"].blobs_young == 2
    store.age(2)
    store.collector.collect()
    assert not stored_digests(store)
    assert not store.keys


def test_a_dry_run_says_the_same_and_changes_nothing(store: SmallStore) -> None:
    timelines = [store.film(b"look %d" % seed, seed=seed) for seed in range(3)]
    store.perform(EncodeRequest("image.style", store.blobs.put(b"x")), b"y")
    store.age(40)
    retention = Retention(keep_films=1)
    before, keys = stored_digests(store), store.keys
    would = store.collector.collect(retention, dry_run=True)
    assert (stored_digests(store), store.keys, len(store.films)) == (before, keys, 3)
    did = store.collector.collect(retention)
    assert would.tallies == did.tallies
    assert [v.stays for v in would.films] == [v.stays for v in did.films]
    (left,) = store.films
    assert_whole(store, next(t for t in timelines if Digest.of_bytes(to_json(t)) == left.timeline))


def test_a_forgotten_film_takes_what_only_it_needs(store: SmallStore) -> None:
    old = store.film(b"shared", b"old", seed=1)
    alone = store.film_of(old).record
    assert alone is not None
    store.age(40)
    new = store.film(b"shared", b"new", seed=2)
    store.age(3)
    store.collector.collect(Retention(older_than_seconds=30 * 86_400.0))
    assert len(store.films) == 1
    assert not store.blobs.contains(alone.film)
    assert not store.blobs.contains(Digest.of_bytes(b"segment of old"))
    assert_whole(store, new)


def test_the_timelines_before_stay_for_undo_with_their_references(store: SmallStore) -> None:
    first = store.film(b"one", reference=b"only in the first", seed=1)
    second = store.film(
        b"two", parent=Digest.of_bytes(to_json(first)), reference=b"another", seed=2
    )
    store.age(40)
    store.collector.collect(Retention(forgotten=frozenset({store.film_of(first).build})))
    assert store.blobs.read(Digest.of_bytes(to_json(first)))
    assert store.blobs.read(Digest.of_bytes(b"only in the first"))
    assert not store.blobs.contains(Digest.of_bytes(b"segment of one"))
    assert_whole(store, second)


def test_a_locked_clip_stays_unless_another_film_has_it(store: SmallStore) -> None:
    first = store.film(b"dear", b"plain", locked=(0,), seed=1)
    store.age(10)
    store.collector.collect(Retention(keep_films=0))
    assert_whole(store, first)
    second = store.film(b"dear", b"other", locked=(0,), seed=2)
    store.age(10)
    done = store.collector.collect(Retention(keep_films=1))
    assert [verdict.stays for verdict in done.films] == [True, False]
    assert_whole(store, second)


def test_pins_keep_films_and_conditions(store: SmallStore) -> None:
    timeline = store.film(b"one")
    manifest = store.perform(
        EncodeRequest("image.style", store.blobs.put(b"photo")), b"manifest", b"its tensors"
    )
    pins = Pins(store.database)
    pins.add("premiere", store.film_of(timeline).build)
    pins.add("style", manifest)
    store.age(40)
    store.collector.collect(Retention(keep_films=0))
    assert_whole(store, timeline)
    assert store.blobs.read(Digest.of_bytes(b"its tensors"))
    assert store.blobs.read(Digest.of_bytes(b"photo"))
    pins.remove("premiere")
    pins.remove("style")
    store.collector.collect(Retention(keep_films=0))
    assert not stored_digests(store)


def test_running_work_keeps_its_inputs_and_dead_work_does_not(store: SmallStore) -> None:
    wanted = store.blobs.put(b"an input")
    text = to_json(EncodeRequest("image.style", wanted)).decode()
    owner = OwnerLock(store.owners)
    executions = Executions(store.database)
    executions.claim("k" * 64, backend="encode/x", request=text, owner=owner.name, lease_seconds=60)
    store.age(2)
    store.collector.collect()
    assert store.blobs.contains(wanted)
    assert executions.find("k" * 64) is not None
    owner.release()
    store.collector.collect()
    assert not store.blobs.contains(wanted)
    assert executions.find("k" * 64) is None


def test_nothing_goes_that_was_touched_since_the_oldest_build_began(store: SmallStore) -> None:
    owner = OwnerLock(store.owners)
    (lock,) = store.owners.glob("*.lock")
    store.blobs.put(b"put by it")
    store.age(3)
    began = time.time() - 4 * 86_400
    os.utime(lock, (began, began))
    store.collector.collect(untouched_for_seconds=0)
    assert stored_digests(store)
    owner.release()
    store.collector.collect(untouched_for_seconds=0)
    assert not stored_digests(store)


def test_the_last_hour_stays_whatever_is_said(store: SmallStore) -> None:
    store.blobs.put(b"just now")
    store.collector.collect(untouched_for_seconds=0)
    assert stored_digests(store)


def test_a_damaged_record_stops_the_collection_until_it_is_given_up(store: SmallStore) -> None:
    store.film(b"one")
    film = store.films[0]
    store.age(2)
    store.blobs.delete(film.build)
    before = stored_digests(store)
    with pytest.raises(Unavailable, match=f"--forget {film.name}"):
        store.collector.collect()
    assert stored_digests(store) == before
    store.collector.collect(Retention(forgotten=frozenset({film.build})))
    assert not stored_digests(store)


def test_a_truncated_blob_goes_when_it_is_old(store: SmallStore) -> None:
    store.film(b"one")
    digest = Digest.of_bytes(b"segment of one")
    path = store.folder / "blobs" / digest.sha256[:2] / digest.sha256
    path.chmod(0o644)
    path.write_bytes(b"seg")
    store.age(2)
    store.collector.collect()
    assert not path.exists()
