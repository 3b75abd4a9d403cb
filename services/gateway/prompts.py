"""Prompts of a brief: what to show, in words, for the whole film and for sections of its song."""

from __future__ import annotations

from reprlib import repr as shown
from typing import Any

from shared.errors import InvalidInput

MAX_PROMPT_CHARACTERS = 1000


def parse_prompt(text: str) -> str:
    """Read a prompt: 1 to `MAX_PROMPT_CHARACTERS` characters, white space made single."""
    words = " ".join(text.split())
    if not 0 < len(words) <= MAX_PROMPT_CHARACTERS:
        raise InvalidInput(
            f"prompt: found {len(words)} characters; expected 1 to {MAX_PROMPT_CHARACTERS}"
        )
    return words


def section_prompts_of(value: Any) -> tuple[tuple[str, str], ...]:
    """Read prompts by the label of a section, such as {"chorus": "people dancing"}."""
    if not isinstance(value, dict) or not all(
        isinstance(words, str) and isinstance(label, str) for label, words in value.items()
    ):
        raise InvalidInput(
            f"section_prompts: expected a prompt for each section's label, found {shown(value)}"
        )
    return tuple((label.strip(), parse_prompt(words)) for label, words in value.items())
