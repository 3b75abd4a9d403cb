"""Slots take what their type says."""

from __future__ import annotations

from typing import Any

import pytest

from services.gateway.batches.slots import Slot, SlotType, slot_of
from shared.errors import InvalidInput


def _takes(slot: Slot, value: str) -> bool:
    try:
        slot.check(value)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("fields", "good", "bad"),
    [
        ("text", ["", "a b"], ["\x00", "a" * 4_001]),
        ({"type": "text", "max_characters": "3"}, ["abc"], ["abcd"]),
        ("number", ["-1.5", "0"], ["1e3", "nan", "", "1,5"]),
        ({"type": "number", "minimum": "2", "maximum": "3.5"}, ["2", "3.5"], ["1.9", "3.51"]),
        ({"type": "choice", "choices": ["calm", "steady"]}, ["calm"], ["Calm", ""]),
    ],
)
def test_values_are_checked_by_type(fields: Any, good: list[str], bad: list[str]) -> None:
    slot = slot_of("value", fields)
    assert all(_takes(slot, value) for value in good)
    assert not any(_takes(slot, value) for value in bad)


def test_a_default_makes_it_optional() -> None:
    assert slot_of("mood", "text").is_required
    slot = slot_of("mood", {"type": "text", "default": "calm"})
    assert (slot.is_required, slot.default) == (False, "calm")
    assert not slot_of("mood", {"type": "image", "required": "false"}).is_required


def test_what_is_expected_is_said() -> None:
    assert slot_of("a", {"type": "number", "minimum": "2"}).accepts == "a number at least 2"
    assert Slot("a", SlotType.IMAGE).accepts == "the path of an image"
    assert SlotType.AUDIO.is_file
    assert not SlotType.TEXT.is_file


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("A", "text", "a small letter"),
        ("row", "text", "not row"),
        ("a", "picture", "expected one of text"),
        ("a", ["text"], "expected a type"),
        ("a", {"type": "text", "size": "4"}, "unknown key 'size'"),
        ("a", {"type": "choice"}, "expected choices"),
        ("a", {"type": "text", "choices": ["b"]}, "expected choices for a choice alone"),
        ("a", {"type": "number", "default": "x"}, "default 'x'; expected a number"),
        ("a", {"type": "number", "minimum": "x"}, "is not a number"),
        ("a", {"type": "text", "required": "maybe"}, "expected true or false"),
    ],
)
def test_what_is_no_slot_is_refused(name: str, value: Any, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        slot_of(name, value)
