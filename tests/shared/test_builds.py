"""Builds are found again by timeline and delivery."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path

import pytest

from shared.brief import Size
from shared.builds import Builds
from shared.database import Database, open_database
from shared.digest import Digest
from shared.requests import Delivery, Quality
from tests.contract.stores import empty_schema, postgres_url

FINAL = Delivery(Size(1280, 720), Fraction(30000, 1001))
DRAFT = Delivery(Size(960, 540), Fraction(30000, 1001), Quality.DRAFT)
TIMELINE, FIRST, SECOND, SEEN = (
    Digest.of_bytes(name) for name in (b"timeline", b"first", b"second", b"seen")
)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    with ExitStack() as stack:
        where: Path | str = tmp_path / "db.sqlite3"
        if request.param == "postgresql":
            where = stack.enter_context(empty_schema(stack.enter_context(postgres_url())))
        opened = open_database(where)
        yield opened
        opened.dispose()


def test_the_last_build_of_a_timeline_and_delivery_counts(database: Database) -> None:
    builds = Builds(database)
    assert builds.find(TIMELINE, FINAL) is None
    builds.record(TIMELINE, FINAL, FIRST, SEEN)
    builds.record(TIMELINE, DRAFT, SECOND, SEEN)
    assert builds.find(TIMELINE, FINAL) == (FIRST, SEEN)
    builds.record(TIMELINE, FINAL, SECOND, SEEN)
    assert builds.find(TIMELINE, FINAL) == (SECOND, SEEN)
