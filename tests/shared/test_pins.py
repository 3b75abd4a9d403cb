"""A person's pin stays until it is taken off; a held one ends with its owner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.builds import Builds
from shared.digest import Digest
from shared.errors import Conflict, InvalidInput
from shared.ownership import OwnerLock
from shared.pins import Pins, hold_film
from shared.schema import to_json
from tests.shared.stored import DELIVERY, SmallStore, small_store

ONE, OTHER = Digest.of_bytes(b"one"), Digest.of_bytes(b"other")


@pytest.fixture
def store() -> Iterator[SmallStore]:
    with small_store() as made:
        yield made


def test_a_name_stands_for_one_blob(store: SmallStore) -> None:
    pins = Pins(store.database)
    pins.add("premiere", ONE)
    pins.add("premiere", ONE)
    with pytest.raises(Conflict, match=f"'premiere' holds {ONE.short} already"):
        pins.add("premiere", OTHER)
    assert [(pin.name, pin.digest, pin.owner) for pin in pins.all()] == [("premiere", ONE, None)]
    assert pins.remove("premiere")
    assert not pins.remove("premiere")
    assert pins.all() == ()


@pytest.mark.parametrize("name", ["", "-x", "a b", "x" * 65, "host/1:2", "../up"])
def test_a_name_is_plain(store: SmallStore, name: str) -> None:
    with pytest.raises(InvalidInput, match="expected a letter or digit"):
        Pins(store.database).add(name, ONE)


def test_what_is_held_ends_with_its_owner(store: SmallStore) -> None:
    pins, owners = Pins(store.database), store.owners
    living, dying = OwnerLock(owners), OwnerLock(owners)
    pins.add("mine", ONE)
    for owner in (living, dying):
        pins.hold(ONE, owner.name)
        pins.hold(OTHER, owner.name)
    assert pins.release_dead(owners) == 0
    dying.release()
    assert pins.release_dead(owners) == 1
    assert [pin.owner for pin in pins.all() if pin.owner] == [living.name] * 2
    pins.release(living.name)
    assert [pin.name for pin in pins.all()] == ["mine"]
    living.release()


def test_an_owner_elsewhere_holds_for_a_week(store: SmallStore) -> None:
    pins = Pins(store.database)
    pins.hold(ONE, "another-machine/id:1:abc")
    assert pins.release_dead(store.owners) == 0
    store.database.write(("UPDATE pins SET created_at = created_at - 7 * 86400 - 1", {}))
    assert pins.release_dead(store.owners) == 1


def test_a_held_film_is_the_one_that_is_there_last(store: SmallStore) -> None:
    timeline = store.film(b"one")
    film = store.film_of(timeline)

    class Replaced(Builds):
        """Somebody else builds the same timeline between the two looks."""

        looks = 0

        def find(self, timeline: Digest, delivery: object) -> tuple[Digest, Digest] | None:
            self.looks += 1
            if self.looks == 2:
                self.record(film.timeline, DELIVERY, OTHER, ONE)
            return super().find(timeline, DELIVERY)

    builds, pins = Replaced(store.database), Pins(store.database)
    assert hold_film(builds, pins, "me:1:x", film.timeline, DELIVERY) == (OTHER, ONE)
    assert {pin.digest for pin in pins.all()} >= {OTHER, ONE}
    assert hold_film(Builds(store.database), pins, "me:1:x", OTHER, DELIVERY) is None
    assert Digest.of_bytes(to_json(timeline)) == film.timeline
