"""Names of films: from slots and numbers, never a path."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.batches.naming import check_pattern, named
from services.gateway.batches.rows import Row
from services.gateway.batches.slots import Slot, SlotType
from shared.errors import InvalidInput

SLOTS = {
    "headline": Slot("headline", SlotType.TEXT),
    "hero": Slot("hero", SlotType.IMAGE),
    "mood": Slot("mood", SlotType.TEXT, is_required=False, default="calm"),
}


def _names(pattern: str, *headlines: str) -> list[tuple[str, str]]:
    rows = [Row(n, {"headline": text}) for n, text in enumerate(headlines, start=1)]
    return [(name, "; ".join(map(str, row.errors))) for name, row in named(rows, pattern, SLOTS)]


def test_fields_are_filled() -> None:
    assert _names("{headline}-{row:03}", "Guten Morgen!", "Äpfel & Birnen") == [
        ("Guten-Morgen-001", ""),
        ("Äpfel-Birnen-002", ""),
    ]
    assert _names("{mood} {row}", "a") == [("calm 1", "")]


@pytest.mark.parametrize("value", ["../etc", "a/b", "a\\b", "..", "/etc/passwd"])
def test_a_path_in_a_value_is_an_error_of_the_row(value: str) -> None:
    (first, second) = _names("{headline}", value, "plain")
    assert "no path" in first[1]
    assert "/" not in first[0]
    assert second == ("plain", "")


def test_a_name_is_given_once() -> None:
    first, second = _names("{headline}", "Sale", "SALE")
    assert not first[1]
    assert "the name SALE of row 1" in second[1]
    assert "another name" in _names("{headline}", "manifest.json")[0][1]
    assert "another name" in _names("{headline}", "???")[0][1]


@pytest.mark.parametrize(
    "pattern",
    ["../{row}", "a/{row}", "{row}/..", "/tmp/{row}", "{hero}", "{x}", "{headline:03}", "", "{row"],
)
def test_a_pattern_that_cannot_be_is_refused(pattern: str) -> None:
    with pytest.raises(InvalidInput):
        check_pattern(pattern, SLOTS)


def test_patterns_that_can_be_are_taken() -> None:
    for pattern in ("{row:03}", "{headline}-{row}", "spot {mood}_{row:2}"):
        check_pattern(pattern, SLOTS)


@given(st.text(max_size=40))
def test_any_value_gives_a_plain_name_or_an_error(value: str) -> None:
    ((name, _),) = _names("{headline}", value)
    assert name
    assert not set(name) & set("/\\\0")
    assert not name.startswith((".", " ", "-"))
