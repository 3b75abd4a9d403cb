from __future__ import annotations

from typing import Any

import pytest

from services.gateway.prompts import parse_prompt, section_prompts_of
from shared.errors import InvalidInput


def test_white_space_is_made_single() -> None:
    assert parse_prompt(" a  dog\n runs ") == "a dog runs"


@pytest.mark.parametrize("text", ["", "  ", "x" * 1001])
def test_nothing_and_too_much_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="expected 1 to 1000"):
        parse_prompt(text)


def test_sections_have_prompts_by_label() -> None:
    assert section_prompts_of({"chorus": "people dance", "verse": "a street"}) == (
        ("chorus", "people dance"),
        ("verse", "a street"),
    )


@pytest.mark.parametrize("value", [["chorus"], "chorus", {"chorus": ["a"]}, {"chorus": None}])
def test_anything_else_is_refused(value: Any) -> None:
    with pytest.raises(InvalidInput, match="section_prompts"):
        section_prompts_of(value)
