"""Texts are made even and cut where clauses may end; quotes are kept letter by letter."""

from __future__ import annotations

import pytest

from services.gateway.direction.text import MAX_CHARACTERS, read
from shared.errors import InvalidInput


def test_pieces_end_where_a_wish_may_end() -> None:
    written = read("Keep shots 1, 3 and 5; then make it  WARMER. Thanks")
    assert written.pieces == ("keep shots 1", "3", "5", "make it warmer")
    assert written.clause(0, 3) == "keep shots 1, 3 and 5"


def test_politeness_is_not_part_of_a_wish() -> None:
    assert read("Could you please keep shot 1, please?").clause(0, 1) == "keep shot 1"
    assert read("please keep shot 1 for me").clause(0, 1) == "keep shot 1"


def test_quotes_are_kept_as_they_are() -> None:
    written = read("change caption 2 to “Stop, and Go; NOW”")
    assert written.pieces == ('change caption 2 to "0"',)
    assert written.quotes == ("Stop, and Go; NOW",)
    assert written.original(0, 1) == 'change caption 2 to "Stop, and Go; NOW"'


def test_decimals_do_not_end_a_wish() -> None:
    assert read("extend shot 3 by 1.5 seconds").pieces == ("extend shot 3 by 1.5 seconds",)


@pytest.mark.parametrize(
    "text", ["", "  \n", ", ;", "x" * (MAX_CHARACTERS + 1), "keep\u202e shot 1"]
)
def test_no_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read(text)
