"""Words for how pictures look mean one quality each."""

from __future__ import annotations

import re

import pytest

from services.gateway.direction.look_words import ADDED, QUALITIES, TONES, TOO_MUCH, VERBS
from services.gateway.edits.look import SetGrade


def test_every_word_is_about_a_field_of_a_grade() -> None:
    fields = set(SetGrade.__dataclass_fields__)
    words = (*QUALITIES, *VERBS.values(), *TOO_MUCH.values(), *ADDED.values())
    assert {name for name, _ in words} <= fields


@pytest.mark.parametrize("text", ["warmer and a bit brighter", "much darker, and richer", "b&w"])
def test_tones_are_read_as_a_list(text: str) -> None:
    assert re.fullmatch(TONES, text)


@pytest.mark.parametrize("text", ["warm up", "mute", "nicer", "warmer and"])
def test_other_words_are_no_tones(text: str) -> None:
    assert re.fullmatch(TONES, text) is None
