from __future__ import annotations

from typing import Any

from services.gateway.page.rhythm_section import rhythm_section


def test_each_section_is_a_row_with_dashes_for_what_is_not_known(document: dict[str, Any]) -> None:
    text = str(rhythm_section(document))
    for value in ("verse", "1.00 s", "2.0", "0.25", "\N{MINUS SIGN}0.50", "film", "–"):
        assert f">{value}</td>" in text
    assert text.count("<tr>") == 3


def test_a_label_is_text(document: dict[str, Any]) -> None:
    document["sections"][0]["label"] = "<b>A</b>"
    assert "<b>" not in str(rhythm_section(document))


def test_one_shot_has_no_rhythm(document: dict[str, Any]) -> None:
    assert rhythm_section(document | {"cuts": []}) is None
