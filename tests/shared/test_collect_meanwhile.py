"""Collecting while others work, after any films, and killed at any moment: what is needed stays."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.collect import Collector
from shared.digest import Digest
from shared.errors import MissingBlob
from shared.requests import EncodeRequest
from shared.retention import Retention
from shared.schema import to_json
from shared.tally import total_of
from shared.timeline import Timeline
from tests.shared.stored import (
    SmallStore,
    assert_whole,
    reachable_by_hand,
    small_store,
    stored_digests,
)


@pytest.fixture
def store() -> Iterator[SmallStore]:
    with small_store() as made:
        yield made


def test_what_is_touched_while_it_is_collected_stays(store: SmallStore) -> None:
    upload = store.blobs.put(b"never used")
    store.age(2)

    def touch(stage: str, done: int, total: int) -> None:
        if stage == "Looking at blobs":
            store.blobs.touch(upload)

    Collector(store.database, store.blobs, store.owners, touch).collect()
    assert stored_digests(store) == {upload}


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
    assert stored_digests(store) == {Digest.of_bytes(output) for output in outputs}


def test_a_film_finished_while_it_is_collected_is_whole(store: SmallStore) -> None:
    store.film(b"one")
    store.age(2)
    made: list[Timeline] = []

    def finish(stage: str, done: int, total: int) -> None:
        if stage == "Following what is needed" and not made:
            made.append(store.film(b"one", b"two", seed=5))

    Collector(store.database, store.blobs, store.owners, finish).collect(Retention(keep_films=0))
    assert_whole(store, made[0])


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
            assert_whole(store, made[digest])
            needed |= reachable_by_hand(store, made[digest])
        there = stored_digests(store)
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
        before = len(stored_digests(store))
        command = [sys.executable, "-c", code, str(store.folder), stage, str(at)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == -9, done.stderr
        for row in store.database.read("SELECT outputs FROM executions WHERE state = 'done'"):
            for text in row[0].strip("[]").replace('"', "").split(", "):
                assert store.blobs.contains(Digest.parse(text))
        assert_whole(store, timeline)
        assert len(stored_digests(store)) <= before
    store.collector.collect()
    assert_whole(store, timeline)
    with pytest.raises(MissingBlob):
        store.blobs.read(Digest.of_bytes(b"tensors 7"))
