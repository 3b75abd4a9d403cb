"""Finished builds by timeline and delivery, beside the executions."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from shared.database import builds_table as table
from shared.database import database_now
from shared.digest import Digest, canonical_bytes
from shared.requests import Delivery


class Builds:
    """The builds of one store; a later build of the same timeline and delivery replaces it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._reader = engine.execution_options(reads_only=True)

    def record(
        self, timeline: Digest, delivery: Delivery, build: Digest, inspection: Digest
    ) -> None:
        """Remember a finished build and its inspection; the digests are of stored documents."""
        values = {
            "build": str(build),
            "inspection": str(inspection),
            "finished_at": database_now(),
        }
        with self._engine.begin() as connection:
            connection.execute(
                insert(table)
                .values(timeline=str(timeline), delivery=_name(delivery), **values)
                .on_conflict_do_update(index_elements=["timeline", "delivery"], set_=values)
            )

    def find(self, timeline: Digest, delivery: Delivery) -> tuple[Digest, Digest] | None:
        """The build of a timeline for a delivery and its inspection, or None."""
        wanted = (table.c.timeline == str(timeline), table.c.delivery == _name(delivery))
        columns = sa.select(table.c.build, table.c.inspection)
        with self._reader.connect() as connection:
            found = connection.execute(columns.where(*wanted)).first()
        return (Digest.parse(found[0]), Digest.parse(found[1])) if found is not None else None


def _name(delivery: Delivery) -> str:
    return canonical_bytes(delivery).decode("ascii")
