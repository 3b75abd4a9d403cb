from __future__ import annotations

from typing import Any

from services.gateway.page.casting_section import casting_section

CASTING: dict[str, Any] = {
    "score": 12.5,
    "terms": {
        "content": 11.0,
        "demands": 200.0,
        "neighbours": -0.25,
        "repeats": -1e-9,
        "variety": 2.0,
    },
    "runner_up": {"score": 12.25, "shots_that_differ": 4},
    "shots": 9,
    "repeating_shots": 0,
    "repeated_seconds": 0.0,
    "cuts_left_out": 0,
    "notes": [],
}


def test_the_score_stands_beside_the_runner_up_and_its_parts(document: dict[str, Any]) -> None:
    text = str(casting_section(document | {"casting": CASTING}))
    assert "9 shots cast at a score of 12.50; the runner-up, other in 4 shots, had 12.25." in text
    for value in ("11.00", "\N{MINUS SIGN}0.25", "0.00", "2.00"):
        assert f">{value}</td>" in text
    assert "200.00" not in text
    assert "\N{MINUS SIGN}0.00" not in text


def test_want_of_footage_is_said(document: dict[str, Any]) -> None:
    lacking = CASTING | {"cuts_left_out": 1, "repeating_shots": 3, "runner_up": None}
    text = str(casting_section(document | {"casting": lacking}))
    assert "1 cut left out for want of footage; 3 shots repeating pictures." in text
    assert "runner-up" not in text


def test_an_edited_film_has_none(document: dict[str, Any]) -> None:
    assert casting_section(document | {"casting": None}) is None
    assert casting_section(document) is None
