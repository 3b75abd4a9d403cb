"""Patterns: words, what may be left out, choices, and slots that take only what they can read."""

from __future__ import annotations

import pytest

from services.gateway.direction.form import Form, match

KINDS = {"number": r"\d+", "word": "[a-z]+"}


def form(pattern: str) -> Form:
    return Form(pattern, "", lambda film, values: [])


@pytest.mark.parametrize(
    ("clause", "values"),
    [
        ("make shot 3 longer", {"number": "3"}),
        ("make shot 3 much longer", {"number": "3"}),
        ("let shot 3 longer", {"number": "3"}),
        ("make shot x longer", None),
        ("make shot 3 longerish", None),
        ("makeshot 3 longer", None),
        ("please make shot 3 longer", None),
    ],
)
def test_a_clause_fits_as_a_whole_or_not(clause: str, values: dict[str, str] | None) -> None:
    assert match(form("(make|let) shot <number> [much] longer"), clause, KINDS) == values


def test_slots_have_names_and_may_stand_twice() -> None:
    assert match(form("<number:a> to <number:b>"), "1 to 4", KINDS) == {"a": "1", "b": "4"}
    either = form("[<word>] up [<word>]")
    assert match(either, "up slowly", KINDS) == {"word": "slowly"}
    assert match(either, "slowly up", KINDS) == {"word": "slowly"}
    assert match(either, "up", KINDS) == {}
