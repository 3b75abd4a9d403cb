"""What ran and what was kept, counted and listed."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from services.gateway.explain import action_totals, explanations
from services.gateway.page.work_section import check_line, work_line, work_section


def tables(document: dict[str, Any]) -> list[list[list[str]]]:
    root = ElementTree.fromstring(work_section(document))
    return [
        [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]
        for table in root.iter("table")
    ]


def test_totals_are_by_action(document: dict[str, Any]) -> None:
    _, *rows = tables(document)[0]
    assert [row[:6] for row in rows] == [
        ["render", "1", "–", "2", "2.5 s", "–"],
        ["mix", "–", "1", "–", "–", "0.50 s"],
        ["transition", "–", "–", "1", "–", "–"],
    ]


def test_list_says_why_and_what_changed(document: dict[str, Any]) -> None:
    _, *rows = tables(document)[1]
    assert rows[0] == ["render", "shot s2", "ran", "newframes 58 -> 44", "2.5 s", "0123456789ab"]
    assert [row[2] for row in rows] == ["ran", "in store", "kept", "kept", "kept"]


def test_line_sums_up(document: dict[str, Any]) -> None:
    totals = action_totals(explanations(document))
    assert work_line(totals) == (
        "1 action ran (2.5 s of work), 1 in the store (0.50 s saved), 3 clips kept"
    )


def test_check_says_what_was_decoded(document: dict[str, Any]) -> None:
    assert check_line(document) == (
        "All packets of the film were checked, 35 of 100 frames decoded; "
        "the others are known by their packets"
    )
    document["summary"]["decoded_frames"] = 100
    assert check_line(document) == "All packets and all 100 frames of the film were checked"


def test_bars_are_shares_of_the_longest(document: dict[str, Any]) -> None:
    made = work_section(document)
    assert 'class="ran" style="width:100.00%"' in made
    assert 'class="saved" style="width:20.00%"' in made


def test_film_without_records_is_still_told(document: dict[str, Any]) -> None:
    made = work_section(document | {"actions": [], "shots": [], "cuts": []})
    assert "0 actions ran" in made
    assert "<table" not in made


def test_hostile_subject_is_text(document: dict[str, Any]) -> None:
    document["actions"][0]["subject"] = "<script>alert(1)</script>"
    assert "<script" not in work_section(document)
