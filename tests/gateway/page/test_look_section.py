from __future__ import annotations

from typing import Any

from services.gateway.page.look_section import look_section

LOOK: dict[str, Any] = {
    "matched_shots": 1,
    "style_from": ["mood"],
    "looks": [],
    "shots": [{"done": ""}, {"done": "0.2 stops darker, to meet #1 <b>"}],
}


def test_touched_shots_are_listed_with_what_was_done(document: dict[str, Any]) -> None:
    text = str(look_section(document | {"look": LOOK}))
    assert "1 shot of 2 graded; 1 matched to the shots beside them; in the style of @mood." in text
    assert "0.2 stops darker, to meet #1 &lt;b&gt;" in text
    assert "#2" in text


def test_an_untouched_film_has_no_section(document: dict[str, Any]) -> None:
    assert look_section(document | {"look": {**LOOK, "shots": [{"done": ""}]}}) is None
    assert look_section({}) is None
