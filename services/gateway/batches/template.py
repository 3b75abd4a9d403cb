"""Templates: briefs with typed slots, filled from rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from reprlib import repr as shown
from typing import Any

from services.gateway.batches.slots import Slot, checked_name, parse_type, slot_of
from services.gateway.briefs import BriefSpec, brief_of_document
from services.gateway.versions.yaml_text import read_yaml
from shared.digest import Digest
from shared.errors import InvalidInput

_SLOTS = "slots"
_PLACE = re.compile(r"\{\{\s*([^{}:]*?)\s*(?::\s*([^{}]*?)\s*)?\}\}")
# An item of a list is nothing without these.
_ESSENTIAL = ("path", "text")
_MAX_SLOTS = 100


class _Missing:
    """Stands for a value whose slot is empty."""


_MISSING = _Missing()


@dataclass(frozen=True, slots=True)
class Template:
    """A brief's document with places for slots; its own paths are relative to `folder`."""

    document: Mapping[str, Any]
    slots: Mapping[str, Slot]
    folder: Path
    digest: Digest

    def fill(self, values: Mapping[str, str]) -> BriefSpec:
        """The brief with these values, checked before; an empty slot takes its default.

        Paths among the values are absolute. What an empty slot without a default stands in is left
        out. Raises `InvalidInput` for what is then no brief.
        """
        return brief_of_document(self.filled(values), self.folder)

    def filled(self, values: Mapping[str, str]) -> Any:
        """The brief's document with these values, not yet understood as a brief."""
        given = {name: slot.default for name, slot in self.slots.items()} | dict(values)
        return _filled(self.document, given)


def read_template(path: Path) -> Template:
    """Read a template: a brief in YAML with `{{name}}` or `{{name:type}}`, and maybe `slots`.

    Raises `NotFound`, and `InvalidInput` for places without a slot, slots without a place, and
    types that contradict each other.
    """
    document = read_yaml(path, "a template in YAML")
    try:
        return parse_template(document, path.absolute().parent, path.read_bytes())
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {error.message}") from None


def parse_template(document: Any, folder: Path, data: bytes) -> Template:
    """A template from its document; `data` are the bytes that it was read from."""
    if not isinstance(document, dict):
        raise InvalidInput(f"expected a brief with slots; found {shown(document)}")
    body = {name: value for name, value in document.items() if name != _SLOTS}
    slots = _declared(document.get(_SLOTS))
    placed: set[str] = set()
    for text in _texts(body):
        for place in _PLACE.finditer(text):
            name = checked_name(place[1])
            placed.add(name)
            if place[2] is not None:
                kind = parse_type(place[2], name)
                known = slots.setdefault(name, Slot(name, kind))
                if known.type is not kind:
                    raise InvalidInput(f"slot {name} is {known.type} and {kind}; expected one")
            if name in slots and slots[name].type.is_file and place[0] != text.strip():
                raise InvalidInput(
                    f"{shown(text)}: slot {name} is a path; expected nothing beside it"
                )
        if "{{" in _PLACE.sub("", text):
            raise InvalidInput(f"{shown(text)}: expected a slot such as {{{{headline:text}}}}")
    if unknown := sorted(placed - slots.keys()):
        raise InvalidInput(
            f"slot {unknown[0]} has no type; expected {{{{{unknown[0]}:text}}}}, or it in slots"
        )
    if unused := sorted(slots.keys() - placed):
        raise InvalidInput(f"slot {unused[0]} stands nowhere in the brief")
    if not slots or len(slots) > _MAX_SLOTS:
        raise InvalidInput(f"{len(slots)} slots; expected 1 to {_MAX_SLOTS}")
    slots = {name: _with_folder(slot, folder) for name, slot in slots.items()}
    return Template(body, slots, folder, Digest.of_bytes(data))


def _declared(value: Any) -> dict[str, Slot]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidInput(f"slots: expected names with types, found {shown(value)}")
    return {str(name): slot_of(str(name), item) for name, item in value.items()}


def _with_folder(slot: Slot, folder: Path) -> Slot:
    if slot.default is None or not slot.type.is_file:
        return slot
    return replace(slot, default=str(folder / slot.default))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _filled(value: Any, given: Mapping[str, str | None]) -> Any:
    if isinstance(value, str):
        return _filled_text(value, given)
    if isinstance(value, dict):
        items = {name: _filled(item, given) for name, item in value.items()}
        return {name: item for name, item in items.items() if item is not _MISSING}
    if isinstance(value, list):
        filled = [_filled(item, given) for item in value]
        pairs = zip(value, filled, strict=True)
        return [item for was, item in pairs if item is not _MISSING and _is_whole(was, item)]
    return value


def _is_whole(was: Any, item: Any) -> bool:
    """Whether an item of a list still has what makes it one."""
    if not isinstance(was, dict):
        return True
    return all(name in item for name in _ESSENTIAL if name in was)


def _filled_text(text: str, given: Mapping[str, str | None]) -> Any:
    whole = _PLACE.fullmatch(text.strip())
    if whole:
        value = given[whole[1]]
        return _MISSING if value is None else value
    # Once: what a value itself holds is text, not another slot.
    return _PLACE.sub(lambda place: given[place[1]] or "", text)
