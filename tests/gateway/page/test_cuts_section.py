"""The table of cuts says what report.json says, and marks what is astray."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from services.gateway.page.cuts_section import cuts_section


def rows(document: dict[str, Any]) -> list[list[str]]:
    made = cuts_section(document)
    assert made is not None
    return [
        ["".join(cell.itertext()) for cell in row]
        for row in ElementTree.fromstring(made).iter("tr")
    ]


def test_rows_hold_plan_measure_and_reason(document: dict[str, Any]) -> None:
    head, first, _, third = rows(document)
    assert head[2:5] == ["planned", "measured", "offset"]
    assert first == [
        "1",
        "00:01:00",
        "25",
        "25",
        "\N{MINUS SIGN}4.5 ms",
        "0.43",
        "beat",
        "on beat",
        "strong beat",
        "–",
    ]
    assert third[3:6] == ["–", "–", "–"]
    assert third[-1] == "dissolve, 10 frames"


def test_fitted_midpoint_is_the_measure_of_a_transition(document: dict[str, Any]) -> None:
    document["cuts"][2]["transition"]["midpoint_frame"] = 74.62
    assert rows(document)[3][3] == "74.6"


def test_transitions_have_a_column_only_where_there_are_some(document: dict[str, Any]) -> None:
    document["cuts"] = document["cuts"][:2]
    head, first, _ = rows(document)
    assert head[-1] == "reason"
    assert len(first) == len(head)


def test_cut_that_was_not_seen_is_marked(document: dict[str, Any]) -> None:
    assert "astray" not in str(cuts_section(document))
    document["cuts"][1]["measured_frame"] = None
    assert str(cuts_section(document)).count('class="astray"') == 1


def test_edited_cut_without_event_has_dashes(document: dict[str, Any]) -> None:
    document["cuts"][0] |= {"event": None, "kind": "edited", "offset_ms": None}
    assert rows(document)[1][4:8] == ["–", "0.43", "–", "edited"]


def test_film_of_one_shot_has_no_table(document: dict[str, Any]) -> None:
    assert cuts_section(document | {"cuts": []}) is None
