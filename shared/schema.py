"""Versioned JSON of the nouns: what is stored in blobs and rows, and read back strictly.

Fractions are "30000/1001", digests "<sha256>/<size>", floats JSON numbers (Python writes the
shortest text that reads back exactly). The outermost object carries "type": "<Name>/<version>";
another type, another version, a missing or an unknown field is an `InvalidInput`.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any, TypeVar

import cattrs
from cattrs.strategies import configure_union_passthrough

from shared.digest import Digest
from shared.errors import InvalidInput

T = TypeVar("T")


def _make_converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_unstructure_hook(Fraction, str)
    converter.register_structure_hook(Fraction, lambda text, _: Fraction(text))
    converter.register_unstructure_hook(Digest, str)
    converter.register_structure_hook(Digest, lambda text, _: Digest.parse(text))
    configure_union_passthrough(int | float | str | None, converter)
    return converter


_CONVERTER = _make_converter()


def type_tag(cls: type) -> str:
    """The "type" of a noun: its name and version, for example "Timeline/1"."""
    return f"{cls.__name__}/{getattr(cls, 'VERSION', 1)}"


def to_document(value: Any) -> dict[str, Any]:
    """A noun as a plain JSON object with its "type"."""
    return {"type": type_tag(type(value)), **_CONVERTER.unstructure(value)}


def to_json(value: Any) -> bytes:
    """A noun as compact JSON with sorted keys; equal nouns give equal bytes."""
    document = to_document(value)
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def from_document(cls: type[T], document: Any) -> T:
    """Read a plain JSON object as a noun of exactly this type and version."""
    if not isinstance(document, dict) or document.get("type") != type_tag(cls):
        found = document.get("type") if isinstance(document, dict) else type(document).__name__
        raise InvalidInput(f"expected a document of type {type_tag(cls)}, found {found!r}")
    fields = {name: value for name, value in document.items() if name != "type"}
    try:
        return _CONVERTER.structure(fields, cls)
    except (cattrs.BaseValidationError, ValueError, TypeError, KeyError) as error:
        details = "; ".join(cattrs.transform_error(error))
        raise InvalidInput(f"{type_tag(cls)} cannot be read: {details}") from error


def from_json(cls: type[T], data: bytes | str) -> T:
    """Read JSON text as a noun of exactly this type and version."""
    try:
        document = json.loads(data)
    except ValueError as error:
        raise InvalidInput(f"{type_tag(cls)} is not JSON: {error}") from error
    return from_document(cls, document)
