"""Typed slots of a template: what a row may put into them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from reprlib import repr as shown
from typing import Any

from shared.errors import InvalidInput

SLOT_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
# A name for the row itself, in names of films.
ROW = "row"
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,9})?")
_MAX_CHARACTERS = 4_000
_KEYS = ("type", "required", "default", "minimum", "maximum", "max_characters", "choices")


class SlotType(StrEnum):
    """What a slot holds."""

    TEXT = "text"
    NUMBER = "number"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    CHOICE = "choice"

    @property
    def is_file(self) -> bool:
        """Whether its values are paths."""
        return self in (SlotType.IMAGE, SlotType.VIDEO, SlotType.AUDIO)


@dataclass(frozen=True, slots=True)
class Slot:
    """One slot; `default` None and not `is_required`: what it stands in is left out.

    Numbers lie in `minimum` to `maximum` where they are given.
    """

    name: str
    type: SlotType
    is_required: bool = True
    default: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    max_characters: int = _MAX_CHARACTERS
    choices: tuple[str, ...] = ()

    @property
    def accepts(self) -> str:
        """What is taken, to go after "expected"."""
        match self.type:
            case SlotType.TEXT:
                return f"a text of at most {self.max_characters} characters"
            case SlotType.NUMBER:
                bounds = [
                    f"{word} {value:g}"
                    for word, value in (("at least", self.minimum), ("at most", self.maximum))
                    if value is not None
                ]
                return " ".join(["a number", ", ".join(bounds)]).strip()
            case SlotType.CHOICE:
                return f"one of {', '.join(self.choices)}"
            case SlotType.AUDIO:
                return "the path of a sound"
            case _:
                return f"the path of {'an image' if self.type is SlotType.IMAGE else 'a video'}"

    def check(self, value: str) -> None:
        """Raises `ValueError` for a value that is not taken; files are not looked for."""
        if len(value) > self.max_characters or any(ord(c) < 32 and c not in "\n\t" for c in value):
            raise ValueError
        if self.type is SlotType.CHOICE and value not in self.choices:
            raise ValueError
        if self.type is SlotType.NUMBER:
            if not _NUMBER.fullmatch(value):
                raise ValueError
            number = float(value)
            if self.minimum is not None and number < self.minimum:
                raise ValueError
            if self.maximum is not None and number > self.maximum:
                raise ValueError


def slot_of(name: str, value: Any) -> Slot:
    """A slot as a template's `slots` has it: a type's name, or a mapping with one."""
    fields = {"type": value} if isinstance(value, str) else value
    if not isinstance(fields, dict) or "type" not in fields:
        raise InvalidInput(f"slot {shown(name)}: expected a type, found {shown(value)}")
    if unknown := [key for key in fields if key not in _KEYS]:
        raise InvalidInput(
            f"slot {shown(name)}: unknown key {shown(unknown[0])}; expected {', '.join(_KEYS)}"
        )
    choices = fields.get("choices") or []
    if not isinstance(choices, list) or not all(isinstance(item, str) for item in choices):
        raise InvalidInput(f"slot {name}: choices: expected a list, found {shown(choices)}")
    default = fields.get("default")
    slot = Slot(
        checked_name(name),
        _type(fields["type"], name),
        _switch(fields.get("required"), name, default=default is None),
        default,
        _bound(fields.get("minimum"), name),
        _bound(fields.get("maximum"), name),
        int(_bound(fields.get("max_characters"), name) or _MAX_CHARACTERS),
        tuple(choices),
    )
    if (slot.type is SlotType.CHOICE) != bool(choices):
        raise InvalidInput(f"slot {name} is {slot.type}; expected choices for a choice alone")
    if slot.default is not None:
        try:
            slot.check(slot.default)
        except (ValueError, TypeError):
            raise InvalidInput(
                f"slot {name}: default {shown(default)}; expected {slot.accepts}"
            ) from None
    return slot


def checked_name(name: str) -> str:
    """The name of a slot; raises `InvalidInput` for one that cannot be."""
    if not SLOT_NAME.fullmatch(name) or name == ROW:
        raise InvalidInput(
            f"slot {shown(name)}: expected a small letter, then letters, digits or _; not {ROW}"
        )
    return name


def parse_type(text: str, name: str) -> SlotType:
    """Read a slot's type."""
    return _type(text, name)


def _type(text: Any, name: str) -> SlotType:
    try:
        return SlotType(text)
    except ValueError:
        raise InvalidInput(
            f"slot {shown(name)}: type {shown(text)}; expected one of {', '.join(SlotType)}"
        ) from None


def _switch(text: Any, name: str, *, default: bool) -> bool:
    if text is None:
        return default
    if text not in ("true", "false", "yes", "no"):
        raise InvalidInput(f"slot {name}: required: {shown(text)}; expected true or false")
    return text in ("true", "yes")


def _bound(text: Any, name: str) -> float | None:
    if text is None:
        return None
    if not isinstance(text, str) or not _NUMBER.fullmatch(text):
        raise InvalidInput(f"slot {name}: {shown(text)} is not a number")
    return float(text)
