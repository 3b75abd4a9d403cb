from __future__ import annotations

from typing import Any

from services.gateway.page.type_section import type_section


def item(name: str, **fields: Any) -> dict[str, Any]:
    base = {
        "id": name,
        "start": 1.0,
        "end": 2.0,
        "lines": ["Hello <you>", "there"],
        "place": "bottom",
        "backing": "plate",
        "contrast": 5.9,
        "problems": [],
    }
    return base | fields


def test_captions_and_titles_are_rows_and_problems_stand_out(document: dict[str, Any]) -> None:
    found = {
        "captions": [item("c1", characters_per_second=21.5, problems=["is too fast"])],
        "titles": [item("t1", place=None, backing=None, contrast=None)],
        "delivery": "both",
        "style": "caption",
        "shots_with_type": 2,
    }
    text = str(type_section(document | {"type": found}))
    for value in ("21.5", "is too fast", "Hello &lt;you&gt; / there", "5.9", "bottom", "–"):
        assert f">{value}</td>" in text
    assert text.count('class="astray"') == 1
    assert "captions.srt" in text
    assert "2 shots show type" in text


def test_a_film_without_type_has_no_table(document: dict[str, Any]) -> None:
    assert type_section(document) is None
    assert type_section(document | {"type": None}) is None
