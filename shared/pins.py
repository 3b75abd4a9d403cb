"""Pins: what the collector leaves alone because somebody says so, for good or while they work.

A pin with a name is a person's and stays until it is taken off. A held one belongs to a running
owner (see `shared/ownership.py`) and ends with it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from shared.builds import Builds
from shared.database import NOW, Database
from shared.digest import Digest
from shared.errors import Conflict, InvalidInput
from shared.ownership import is_dead
from shared.requests import Delivery

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
# Nobody on another machine can be seen to have died; no build takes as long as this.
_LONGEST_HOLD_SECONDS = 7 * 24 * 3600.0

_ADD = f"""
INSERT INTO pins (name, digest, owner, created_at) VALUES (:name, :digest, :owner, {NOW})
ON CONFLICT (name) DO NOTHING
"""
_FIND = "SELECT digest FROM pins WHERE name = :name"
_LIST = f"SELECT name, digest, owner, created_at, {NOW} - created_at FROM pins ORDER BY name"


@dataclass(frozen=True, slots=True)
class Pin:
    """A blob that stays, with all that it leads to; `owner` is None for a person's."""

    name: str
    digest: Digest
    owner: str | None
    created_at: float


class Pins:
    """The pins of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, digest: Digest) -> None:
        """Pin a blob under a name; raises `Conflict` where the name stands for another one."""
        if not _NAME.fullmatch(name):
            raise InvalidInput(
                f"pin {name!r}: expected a letter or digit, then up to 63 of these, '.', '_', '-'"
            )
        values = {"name": name, "digest": str(digest), "owner": None}
        ((found,),) = self._database.write((_ADD, values), (_FIND, {"name": name})).rows
        if found != str(digest):
            raise Conflict(
                f"pin {name!r} holds {Digest.parse(found).short} already; unpin it first"
            )

    def remove(self, name: str) -> bool:
        """Take a person's pin off; returns whether there was one."""
        statement = "DELETE FROM pins WHERE name = :name AND owner IS NULL"
        return bool(self._database.write((statement, {"name": name})).count)

    def hold(self, digest: Digest, owner: str) -> None:
        """Pin a blob for as long as an owner lives."""
        values = {"name": f"{owner}:{digest.sha256}", "digest": str(digest), "owner": owner}
        self._database.write((_ADD, values), durable=False)

    def release(self, owner: str) -> None:
        """End all that an owner holds."""
        statement = "DELETE FROM pins WHERE owner = :owner"
        self._database.write((statement, {"owner": owner}), durable=False)

    def all(self) -> tuple[Pin, ...]:
        """Every pin, by name."""
        return tuple(pin for pin, _ in self._rows())

    def release_dead(self, owners_folder: Path) -> int:
        """End what dead owners held; returns how many owners."""
        held = {pin.owner: age for pin, age in self._rows() if pin.owner is not None}
        dead = [o for o, age in held.items() if age > _LONGEST_HOLD_SECONDS]
        dead += [o for o in held if o not in dead and is_dead(owners_folder, o)]
        for owner in dead:
            self.release(owner)
        return len(dead)

    def _rows(self) -> list[tuple[Pin, float]]:
        return [
            (Pin(name, Digest.parse(text), owner, float(when)), float(age))
            for name, text, owner, when, age in self._database.read(_LIST)
        ]


def hold_film(
    builds: Builds, pins: Pins, owner: str, timeline: Digest, delivery: Delivery
) -> tuple[Digest, Digest] | None:
    """What `Builds.find` says of a film, held for an owner; None if there is none.

    The pin is committed before the film is found for the last time. So a collection that forgets
    the film does so before, and then it is not found, or sees the pin before it deletes a blob.
    """
    found = builds.find(timeline, delivery)
    while found is not None:
        for digest in found:
            pins.hold(digest, owner)
        again = builds.find(timeline, delivery)
        if again == found:
            return found
        found = again
    return None
