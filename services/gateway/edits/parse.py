"""Operations from JSON and back; this module knows nothing about timelines."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from services.gateway.edits.catalogue import OPERATIONS
from services.gateway.edits.fields import refuse
from services.gateway.edits.operation import Operation, is_required, kind_of
from shared.errors import InvalidInput

MAX_OPERATIONS = 1000
_EXAMPLE = '{"op": "lock", "shot": "#3"}'


def parse_operations(texts: Sequence[str]) -> tuple[Operation, ...]:
    """Operations in order from JSON texts, each one object or a list of objects.

    Raises `InvalidInput` for anything that is not an operation, and for none or over 1000.
    """
    operations = tuple(parse_operation(document) for text in texts for document in _documents(text))
    if not 1 <= len(operations) <= MAX_OPERATIONS:
        raise InvalidInput(
            f"found {len(operations)} operations; expected 1 to {MAX_OPERATIONS}, "
            f"for example {_EXAMPLE}"
        )
    return operations


def parse_operation(document: Any) -> Operation:
    """One operation from an object such as {"op": "lock", "shot": "s3-ab2cd"}.

    Raises `InvalidInput` that names the operation, the field, what was found and what is accepted.
    """
    if not isinstance(document, dict):
        raise InvalidInput(f"expected an operation such as {_EXAMPLE}; found {document!r:.60}")
    operation = _operation_named(document.get("op"))
    fields = {field.name: field for field in dataclasses.fields(operation)}
    given = {name: value for name, value in document.items() if name != "op"}
    if unknown := sorted(given.keys() - fields.keys()):
        raise InvalidInput(_unknown_field(operation.OP, unknown[0], list(fields)))
    values: dict[str, Any] = {}
    for name, field in fields.items():
        kind = kind_of(field)
        if name not in given:
            if is_required(field):
                raise InvalidInput(f"{operation.OP}: {name} is missing; expected {kind.accepts}")
            continue
        try:
            values[name] = kind.read(given[name])
        except ValueError:
            raise refuse(operation.OP, name, given[name], kind.accepts) from None
    return operation(**values)


def operation_document(operation: Operation) -> dict[str, Any]:
    """The object that `parse_operation` reads back as an equal operation; defaults are left out."""
    document: dict[str, Any] = {"op": operation.OP}
    for field in dataclasses.fields(operation):
        value = getattr(operation, field.name)
        if is_required(field) or value != field.default:
            document[field.name] = kind_of(field).write(value)
    return document


def _documents(text: str) -> list[Any]:
    try:
        value = json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            f"{text[:60]!r} is not JSON ({error}); expected for example {_EXAMPLE}"
        ) from None
    return value if isinstance(value, list) else [value]


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{repeated!r} is given twice")
    return dict(pairs)


def _operation_named(name: Any) -> type[Operation]:
    if isinstance(name, str) and name in OPERATIONS:
        return OPERATIONS[name]
    known = ", ".join(OPERATIONS)
    if name is None:
        raise InvalidInput(f"an operation without op; expected one of {known}")
    near = get_close_matches(str(name), OPERATIONS, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise InvalidInput(f"op {name!r:.60} is not known{hint} (expected one of {known})")


def _unknown_field(op: str, name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    takes = ", ".join(known) or "no fields"
    return f"{op}: unknown field {name!r:.60}{hint} ({op} takes {takes})"
