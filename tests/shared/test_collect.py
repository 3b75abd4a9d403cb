"""What is needed stays and is readable; what is not, and is old, goes; dry runs change nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.build import Build
from shared.collect import Collector
from shared.digest import Digest, digests_in
from shared.errors import MissingBlob, Unavailable
from shared.executions import Executions
from shared.ownership import OwnerLock
from shared.pins import Pins
from shared.requests import EncodeRequest, MeasureRequest
from shared.retention import Retention
from shared.schema import from_json, to_json
from shared.tally import total_of
from shared.timeline import Timeline
from tests.shared.stored import SmallStore, reachable_by_hand, small_store


@pytest.fixture
def store() -> Iterator[SmallStore]:
    with small_store() as made:
        yield made


def _there(store: SmallStore) -> set[Digest]:
    return {blob.digest for blob in store.blobs.stored()}


def _assert_whole(store: SmallStore, timeline: Timeline) -> None:
    """Everything that editing a film reads can be read."""
    film = store.film_of(timeline)
    build = from_json(Build, store.blobs.read(film.build))
    for digest in (*digests_in(build), *digests_in(timeline), film.inspection):
        if digest != timeline.parent:
            store.blobs.read(digest)


def test_a_film_keeps_its_clips_references_and_what_was_found_in_them(store: SmallStore) -> None:
    timeline = store.film(b"one", b"two")
    before, keys = _there(store), store.keys
    store.age(90)
    done = store.collector.collect()
    assert _there(store) == before
    assert store.keys == keys
    assert total_of(done.tallies.values()).blobs_gone == 0
    _assert_whole(store, timeline)


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
    _assert_whole(store, timeline)


def test_what_was_touched_lately_stays_with_all_that_its_action_wrote(store: SmallStore) -> None:
    upload = store.blobs.put(b"never used")
    manifest = store.perform(EncodeRequest("image.style", upload), b"a manifest", b"its tensors")
    store.age(2)
    store.blobs.touch(manifest)
    done = store.collector.collect()
    assert _there(store) == {manifest, Digest.of_bytes(b"its tensors")}
    assert len(store.keys) == 1
    assert done.tallies["encode"].blobs_young == 2
    store.age(2)
    store.collector.collect()
    assert not _there(store)
    assert not store.keys


def test_a_dry_run_says_the_same_and_changes_nothing(store: SmallStore) -> None:
    timelines = [store.film(b"look %d" % seed, seed=seed) for seed in range(3)]
    store.perform(EncodeRequest("image.style", store.blobs.put(b"x")), b"y")
    store.age(40)
    retention = Retention(keep_films=1)
    before, keys = _there(store), store.keys
    would = store.collector.collect(retention, dry_run=True)
    assert (_there(store), store.keys, len(store.films)) == (before, keys, 3)
    did = store.collector.collect(retention)
    assert would.tallies == did.tallies
    assert [v.stays for v in would.films] == [v.stays for v in did.films]
    (left,) = store.films
    _assert_whole(store, next(t for t in timelines if Digest.of_bytes(to_json(t)) == left.timeline))


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
    _assert_whole(store, new)


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
    _assert_whole(store, second)


def test_a_locked_clip_stays_unless_another_film_has_it(store: SmallStore) -> None:
    first = store.film(b"dear", b"plain", locked=(0,), seed=1)
    store.age(10)
    store.collector.collect(Retention(keep_films=0))
    _assert_whole(store, first)
    second = store.film(b"dear", b"other", locked=(0,), seed=2)
    store.age(10)
    done = store.collector.collect(Retention(keep_films=1))
    assert [verdict.stays for verdict in done.films] == [True, False]
    _assert_whole(store, second)


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
    _assert_whole(store, timeline)
    assert store.blobs.read(Digest.of_bytes(b"its tensors"))
    assert store.blobs.read(Digest.of_bytes(b"photo"))
    pins.remove("premiere")
    pins.remove("style")
    store.collector.collect(Retention(keep_films=0))
    assert not _there(store)


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
    assert _there(store)
    owner.release()
    store.collector.collect(untouched_for_seconds=0)
    assert not _there(store)


def test_the_last_hour_stays_whatever_is_said(store: SmallStore) -> None:
    store.blobs.put(b"just now")
    store.collector.collect(untouched_for_seconds=0)
    assert _there(store)


def test_what_is_touched_while_it_is_collected_stays(store: SmallStore) -> None:
    upload = store.blobs.put(b"never used")
    store.age(2)

    def touch(stage: str, done: int, total: int) -> None:
        if stage == "Looking at blobs":
            store.blobs.touch(upload)

    Collector(store.database, store.blobs, store.owners, touch).collect()
    assert _there(store) == {upload}


def test_a_result_used_while_it_is_collected_keeps_its_blobs(store: SmallStore) -> None:
    """A hit touches what it returns; the row may be gone, what it named is not."""
    upload = store.blobs.put(b"never used")
    outputs = [b"manifest", b"its tensors"]
    store.perform(EncodeRequest("image.style", upload), *outputs)
    store.age(2)

    def hit(stage: str, done: int, total: int) -> None:
        if stage == "Following what is needed":
            for output in outputs:
                store.blobs.touch(Digest.of_bytes(output))

    Collector(store.database, store.blobs, store.owners, hit).collect()
    assert _there(store) == {Digest.of_bytes(output) for output in outputs}


def test_a_film_finished_while_it_is_collected_is_whole(store: SmallStore) -> None:
    store.film(b"one")
    store.age(2)
    made: list[Timeline] = []

    def finish(stage: str, done: int, total: int) -> None:
        if stage == "Following what is needed" and not made:
            made.append(store.film(b"one", b"two", seed=5))

    Collector(store.database, store.blobs, store.owners, finish).collect(Retention(keep_films=0))
    _assert_whole(store, made[0])


def test_a_damaged_record_stops_the_collection_until_it_is_given_up(store: SmallStore) -> None:
    store.film(b"one")
    film = store.films[0]
    store.age(2)
    store.blobs.delete(film.build)
    before = _there(store)
    with pytest.raises(Unavailable, match=f"--forget {film.name}"):
        store.collector.collect()
    assert _there(store) == before
    store.collector.collect(Retention(forgotten=frozenset({film.build})))
    assert not _there(store)


def test_a_truncated_blob_goes_when_it_is_old(store: SmallStore) -> None:
    store.film(b"one")
    digest = Digest.of_bytes(b"segment of one")
    path = store.folder / "blobs" / digest.sha256[:2] / digest.sha256
    path.chmod(0o644)
    path.write_bytes(b"seg")
    store.age(2)
    store.collector.collect()
    assert not path.exists()


LOOKS = st.lists(st.sampled_from([b"a", b"b", b"c", b"d"]), min_size=1, max_size=3)
FILMS = st.lists(st.tuples(LOOKS, st.sets(st.integers(0, 2)), st.integers(0, 60)), max_size=4)
LOOSE = st.lists(st.tuples(st.sampled_from([b"u", b"v", b"w"]), st.integers(0, 4)), max_size=5)


@settings(max_examples=25, deadline=None)
@given(films=FILMS, loose=LOOSE, keep=st.integers(0, 3))
def test_all_that_is_reachable_is_readable_and_nothing_else_is_old(
    films: list[tuple[list[bytes], set[int], int]],
    loose: list[tuple[bytes, int]],
    keep: int,
) -> None:
    with small_store() as store:
        made: dict[Digest, Timeline] = {}
        unused: set[Digest] = set()
        for seed, (looks, locked, days) in enumerate(films):
            timeline = store.film(*looks, locked=tuple(locked), seed=seed)
            made[Digest.of_bytes(to_json(timeline))] = timeline
            store.age(days)
        for upload, kind in loose:
            blob = store.blobs.put(upload)
            found = store.perform(EncodeRequest(f"image.e{kind}", blob), b"%d of " % kind + upload)
            unused |= {blob, found}
        store.age(2)
        done = store.collector.collect(Retention(keep_films=keep))
        staying = [verdict.film.timeline for verdict in done.films if verdict.stays]
        assert {film.timeline for film in store.films} == set(staying)
        assert len(staying) >= min(keep, len(made))
        needed: set[Digest] = set()
        for digest in staying:
            _assert_whole(store, made[digest])
            needed |= reachable_by_hand(store, made[digest])
        there = _there(store)
        assert needed <= there
        assert not unused & there
        if not staying:
            assert not there
        for film in made.values():
            if Digest.of_bytes(to_json(film)) not in staying:
                assert not {Digest.of_bytes(to_json(film))} & there
        again = store.collector.collect()
        assert total_of(again.tallies.values()).blobs_gone == 0


def test_kill_9_in_the_middle_leaves_no_row_without_its_blobs(store: SmallStore) -> None:
    timeline = store.film(b"kept")
    for number in range(300):
        store.perform(
            EncodeRequest("image.style", store.blobs.put(b"upload %d" % number)),
            b"manifest %d" % number,
            b"tensors %d" % number,
        )
    store.age(2)
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from tests.shared.stored import SmallStore; from shared.collect import Collector\n"
        "store = SmallStore(Path(sys.argv[1]))\n"
        "def die(stage, done, total):\n"
        "    if stage == sys.argv[2] and done >= int(sys.argv[3]):\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "Collector(store.database, store.blobs, store.owners, die).collect()\n"
    )
    for stage, at in (
        ("Dropping results", 200),
        ("Looking at blobs", 300),
        ("Looking at blobs", 0),
    ):
        before = len(_there(store))
        command = [sys.executable, "-c", code, str(store.folder), stage, str(at)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == -9, done.stderr
        for row in store.database.read("SELECT outputs FROM executions WHERE state = 'done'"):
            for text in row[0].strip("[]").replace('"', "").split(", "):
                assert store.blobs.contains(Digest.parse(text))
        _assert_whole(store, timeline)
        assert len(_there(store)) <= before
    store.collector.collect()
    _assert_whole(store, timeline)
    with pytest.raises(MissingBlob):
        store.blobs.read(Digest.of_bytes(b"tensors 7"))
