"""The rows of a batch over HTTP: slots for files take a tenant's references, never paths."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from reprlib import repr as shown
from typing import Any

from services.gateway.api.batches.schemas import MAX_ROWS
from services.gateway.api.films.briefs import ReadBrief, check_depth, read_brief_document
from services.gateway.api.ids import is_id
from services.gateway.api.problems import Problem
from services.gateway.api.references.service import StoredReference
from services.gateway.batches.naming import check_pattern, named
from services.gateway.batches.rows import Row, RowError, parse_csv, parse_json
from services.gateway.batches.slots import Slot, SlotType
from services.gateway.batches.template import Template, parse_template
from shared.errors import InvalidInput, NotFound

_MAX_DEPTH = 12
_MAX_TEMPLATE_BYTES, _MAX_BRIEFS_BYTES = 64 << 10, 2 << 20
_MAX_REFERENCES = 3 * MAX_ROWS
Find = Callable[[str], StoredReference]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row with its film's name and its brief; None where there are errors."""

    number: int
    name: str
    brief: ReadBrief | None
    errors: tuple[RowError, ...]


def read_batch(
    document: Mapping[str, Any], rows: list[dict[str, Any]] | str, pattern: str, find: Find
) -> tuple[ReadRow, ...]:
    """Fill a template with every row; `find` gives a reference by id or "@handle", or raises.

    Raises `InvalidInput` for a template, a table or a pattern that cannot be used; what is wrong
    with single rows is in them.
    """
    find = _once(find)
    template = _read_template(document)
    check_pattern(pattern, template.slots)
    # A file is a reference here: its name is read as text, and looked up below.
    plain = {
        name: replace(slot, type=SlotType.TEXT) if slot.type.is_file else slot
        for name, slot in template.slots.items()
    }
    if isinstance(rows, str):
        found = parse_csv(rows, plain, Path())
    else:
        found = parse_json(json.dumps(rows), plain, Path())
    if len(found) > MAX_ROWS:
        raise InvalidInput(f"{len(found)} rows; expected 1 to {MAX_ROWS}")
    looked_up = [_with_references(row, template.slots, find) for row in found]
    given = named(looked_up, pattern, template.slots)
    read, size = [], 0
    for name, row in given:
        one = _read(template, name, row, find)
        size += len(json.dumps(one.brief.document)) if one.brief is not None else 0
        if size > _MAX_BRIEFS_BYTES:  # a template repeats what a row has said once
            raise InvalidInput(
                f"the briefs of {row.number} rows have {size} bytes; expected at most "
                f"{_MAX_BRIEFS_BYTES} in a batch"
            )
        read.append(one)
    return tuple(read)


def _read_template(document: Mapping[str, Any]) -> Template:
    check_depth(document, _MAX_DEPTH)
    data = json.dumps(document, ensure_ascii=False).encode()
    if len(data) > _MAX_TEMPLATE_BYTES:
        raise InvalidInput(f"template of {len(data)} bytes; expected at most {_MAX_TEMPLATE_BYTES}")
    slots = _as_text(document.get("slots"))
    for name, slot in slots.items() if isinstance(slots, dict) else ():
        default = slot.get("default") if isinstance(slot, dict) else None
        if default is not None and not isinstance(default, str):
            raise InvalidInput(f"slot {shown(name)}: default {shown(default)}; expected a text")
    return parse_template({**document, "slots": slots}, Path(), data)


def _read(template: Template, name: str, row: Row, find: Find) -> ReadRow:
    if row.errors:
        return ReadRow(row.number, name, None, row.errors)
    try:
        brief = read_brief_document(template.filled(row.values), find)
        if not brief.references and brief.spec.prompt is None:
            raise InvalidInput("a brief without references")
    except (InvalidInput, NotFound) as error:
        return _refused(row, name, error.message)
    except Problem as problem:
        return _refused(row, name, problem.detail)
    return ReadRow(row.number, name, brief, ())


def _refused(row: Row, name: str, why: str) -> ReadRow:
    return ReadRow(
        row.number, name, None, (RowError(row.number, "", why, "a brief that can be made"),)
    )


def _with_references(row: Row, slots: Mapping[str, Slot], find: Find) -> Row:
    values, errors = dict(row.values), list(row.errors)
    told = {error.column for error in errors}
    for name, slot in slots.items():
        value = row.values.get(name)
        if value is None or not slot.type.is_file or name in told:
            continue
        expected = f"the id (ref_...) or handle (@name) of a reference: {slot.type}"
        if not (is_id("ref", value) or value.startswith("@")):
            errors.append(RowError(row.number, name, shown(value), expected))
            continue
        try:
            reference = find(value)
        except (Problem, InvalidInput, NotFound):
            errors.append(RowError(row.number, name, shown(value), f"{expected}, that is there"))
            continue
        values[name] = reference.id
        if not _is_of(reference, slot.type):
            what = f"{shown(value)}, which is {reference.kind}"
            errors.append(RowError(row.number, name, what, expected))
    return Row(row.number, values, tuple(errors))


def _is_of(reference: StoredReference, kind: SlotType) -> bool:
    if kind is SlotType.AUDIO:
        return reference.info.get("audio_codec") is not None
    return reference.kind == str(kind)


def _once(find: Find) -> Find:
    """Each name is looked up once for all rows, also those that are not there."""
    known: dict[str, StoredReference | Problem] = {}

    def find_once(name: str) -> StoredReference:
        if name not in known:
            if len(known) >= _MAX_REFERENCES:
                raise InvalidInput(f"found more than {_MAX_REFERENCES} names of references")
            try:
                known[name] = find(name)
            except Problem as problem:
                known[name] = problem
        found = known[name]
        if isinstance(found, Problem):
            raise found
        return found

    return find_once


def _as_text(value: Any) -> Any:
    """Numbers and switches as YAML's text, which is how slots are declared."""
    if isinstance(value, dict):
        return {name: _as_text(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value
