"""The film as handed over starts at one hour."""

from __future__ import annotations

from fractions import Fraction

from services.gateway.handover.sequence import Sequence
from shared.brief import Size


def test_the_record_side_starts_at_one_hour() -> None:
    def at(rate: Fraction) -> int:
        return Sequence("film", Size(1280, 720), rate, 10, ()).record_start

    assert at(Fraction(25)) == 90_000
    assert at(Fraction(30000, 1001)) == 108_000
