"""Finished builds by timeline and delivery, beside the executions."""

from __future__ import annotations

from shared.database import NOW, Database
from shared.digest import Digest, canonical_bytes
from shared.requests import Delivery

_RECORD = f"""
INSERT INTO builds (timeline, delivery, build, inspection, finished_at)
VALUES (:timeline, :delivery, :build, :inspection, {NOW})
ON CONFLICT (timeline, delivery) DO UPDATE
SET build = excluded.build, inspection = excluded.inspection, finished_at = excluded.finished_at
"""
_FIND = "SELECT build, inspection FROM builds WHERE timeline = :timeline AND delivery = :delivery"


class Builds:
    """The builds of one store; a later build of the same timeline and delivery replaces it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self, timeline: Digest, delivery: Delivery, build: Digest, inspection: Digest
    ) -> None:
        """Remember a finished build and its inspection; the digests are of stored documents."""
        values = {"build": str(build), "inspection": str(inspection)}
        self._database.write((_RECORD, _name(timeline, delivery) | values))

    def find(self, timeline: Digest, delivery: Delivery) -> tuple[Digest, Digest] | None:
        """The build of a timeline for a delivery and its inspection, or None."""
        for build, inspection in self._database.read(_FIND, _name(timeline, delivery)):
            return Digest.parse(build), Digest.parse(inspection)
        return None


def _name(timeline: Digest, delivery: Delivery) -> dict[str, str]:
    return {
        "timeline": str(timeline),
        "delivery": canonical_bytes(delivery).decode("ascii"),
    }
