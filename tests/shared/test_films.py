"""Films are listed by their records, found by the start of a digest, forgotten unless pinned."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest

from shared.digest import Digest
from shared.errors import InvalidInput, NotFound
from shared.films import find_film, forget_film, read_record
from shared.pins import Pins
from shared.schema import to_json
from tests.shared.stored import SmallStore, small_store


@pytest.fixture
def store() -> Iterator[SmallStore]:
    with small_store() as made:
        yield made


def test_a_record_says_what_a_film_is(store: SmallStore) -> None:
    timeline = store.film(b"one", b"two", locked=(1,))
    (film,) = store.films
    record = film.record
    assert record is not None
    assert (record.size, record.frame_rate, record.frames) == ("64x64", Fraction(30), 20)
    assert (record.num_shots, record.handles, record.is_draft) == (2, ("clip",), False)
    assert record.locked_clips == {Digest.of_bytes(b"segment of two")}
    assert len(record.clips) == 2
    assert film.timeline == Digest.of_bytes(to_json(timeline))
    assert film.build.sha256.startswith(film.name)


def test_the_newest_is_first(store: SmallStore) -> None:
    first = store.film(b"one", seed=1)
    store.age(1)
    second = store.film(b"two", seed=2)
    expected = [Digest.of_bytes(to_json(timeline)) for timeline in (second, first)]
    assert [film.timeline for film in store.films] == expected


@pytest.mark.parametrize("data", [b"", b"no json", b"[]", b'{"timeline": 3}', b'{"timeline": "x"}'])
def test_what_is_no_record_is_none(store: SmallStore, data: bytes) -> None:
    assert read_record(store.blobs, store.blobs.put(data)) is None
    assert read_record(store.blobs, Digest.of_bytes(b"not here")) is None


def test_a_film_is_found_by_any_of_its_digests(store: SmallStore) -> None:
    store.film(b"one", seed=1)
    store.film(b"two", seed=2)
    for film in store.films:
        assert film.record is not None
        for digest in (film.build, film.timeline, film.record.film):
            assert find_film(store.films, digest.sha256[:12]) == film
            assert find_film(store.films, str(digest)) == film
    for text in ("", "abc", "zzzz", "0000000000", "%"):
        with pytest.raises(NotFound, match="onbeat store ls"):
            find_film(store.films, text)


def test_an_ambiguous_name_is_refused(store: SmallStore) -> None:
    store.film(b"one", seed=1)
    film = store.films[0]
    with pytest.raises(InvalidInput, match="more digits"):
        find_film((film, film), film.name[:4])


def test_a_pinned_film_is_not_forgotten(store: SmallStore) -> None:
    store.film(b"one")
    (film,) = store.films
    Pins(store.database).add("dear", film.build)
    assert not forget_film(store.database, film)
    Pins(store.database).remove("dear")
    assert forget_film(store.database, film)
    assert not forget_film(store.database, film)
    assert store.films == ()
