"""Builds are found again by timeline and delivery."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from shared.brief import Size
from shared.builds import Builds
from shared.database import open_database
from shared.digest import Digest
from shared.requests import Delivery, Quality

FINAL = Delivery(Size(1280, 720), Fraction(30000, 1001))
DRAFT = Delivery(Size(960, 540), Fraction(30000, 1001), Quality.DRAFT)
TIMELINE, FIRST, SECOND, SEEN = (
    Digest.of_bytes(name) for name in (b"timeline", b"first", b"second", b"seen")
)


def test_the_last_build_of_a_timeline_and_delivery_counts(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "db.sqlite3")
    builds = Builds(engine)
    assert builds.find(TIMELINE, FINAL) is None
    builds.record(TIMELINE, FINAL, FIRST, SEEN)
    builds.record(TIMELINE, DRAFT, SECOND, SEEN)
    assert builds.find(TIMELINE, FINAL) == (FIRST, SEEN)
    builds.record(TIMELINE, FINAL, SECOND, SEEN)
    assert builds.find(TIMELINE, FINAL) == (SECOND, SEEN)
    engine.dispose()
