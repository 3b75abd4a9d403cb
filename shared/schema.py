"""Versioned JSON of the nouns: what is stored in blobs and rows, and read back strictly.

Fractions are "30000/1001", digests "<sha256>/<size>", floats JSON numbers (Python writes the
shortest text that reads back exactly). The outermost object carries "type": "<Name>/<version>".
Read is only what would be written: another type, another version, a missing field (with a default
or not, unless declared `added()`: that is left out of the store while it holds its default), an
unknown field or a value in another form ("5" for 5) is an `InvalidInput`.
"""

from __future__ import annotations

import dataclasses
import json
import re
from fractions import Fraction
from typing import Any, TypeVar

import cattrs
from cattrs.gen import make_dict_unstructure_fn, override
from cattrs.strategies import configure_union_passthrough

from shared.digest import Digest, is_added
from shared.errors import InvalidInput

T = TypeVar("T")

_FRACTION_TEXT = re.compile(r"-?[0-9]{1,40}(/[0-9]{1,40})?")


def _fraction(text: Any, _: type) -> Fraction:
    if not isinstance(text, str) or not _FRACTION_TEXT.fullmatch(text):
        raise ValueError(f"expected a fraction as in '30000/1001', got {text!r}")
    return Fraction(text)


def _digest(text: Any, _: type) -> Digest:
    if not isinstance(text, str):
        raise ValueError(f"expected '<sha256>/<size>', got {text!r}")
    return Digest.parse(text)


def _make_converter() -> cattrs.Converter:
    converter = cattrs.Converter(
        forbid_extra_keys=True, unstruct_collection_overrides={tuple: list}
    )
    converter.register_unstructure_hook(Fraction, str)
    converter.register_structure_hook(Fraction, _fraction)
    converter.register_unstructure_hook(Digest, str)
    converter.register_structure_hook(Digest, _digest)
    # Equal nouns give equal bytes: 1 in a float's place is 1.0, and -0.0 is 0.0.
    converter.register_unstructure_hook(float, lambda value: value + 0.0)
    configure_union_passthrough(int | float | str | None, converter)
    return converter


def _without_commentary(cls: type, converter: cattrs.Converter) -> Any:
    fields = dataclasses.fields(cls)
    omitted = {field.name: override(omit=True) for field in fields if not field.compare}
    omitted |= {field.name: override(omit_if_default=True) for field in fields if is_added(field)}
    return make_dict_unstructure_fn(cls, converter, **omitted)  # type: ignore[arg-type]


_CONVERTER = _make_converter()
_IDENTITY_CONVERTER = _make_converter()
_IDENTITY_CONVERTER.register_unstructure_hook_factory(
    lambda cls: (
        dataclasses.is_dataclass(cls)
        and any(not f.compare or is_added(f) for f in dataclasses.fields(cls))
    ),
    _without_commentary,
)


def type_tag(cls: type) -> str:
    """The "type" of a noun: its name and version, for example "Timeline/1"."""
    return f"{cls.__name__}/{getattr(cls, 'VERSION', 1)}"


def to_document(value: Any) -> dict[str, Any]:
    """A noun as a plain JSON object with its "type", commentary included: for people."""
    return {"type": type_tag(type(value)), **_CONVERTER.unstructure(value)}


def to_json(value: Any) -> bytes:
    """A noun as compact JSON with sorted keys: for the store.

    Equal nouns give equal bytes: fields declared with `compare=False` are left out.
    """
    document = {"type": type_tag(type(value)), **_IDENTITY_CONVERTER.unstructure(value)}
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def from_document(cls: type[T], document: Any) -> T:
    """Read a plain JSON object as a noun of exactly this type and version."""
    if not isinstance(document, dict) or document.get("type") != type_tag(cls):
        found = document.get("type") if isinstance(document, dict) else type(document).__name__
        raise InvalidInput(f"expected a document of type {type_tag(cls)}, found {found!r}")
    fields = {name: value for name, value in document.items() if name != "type"}
    try:
        value = _CONVERTER.structure(fields, cls)
    except (cattrs.BaseValidationError, ArithmeticError, ValueError, TypeError, KeyError) as error:
        details = "; ".join(cattrs.transform_error(error, format_exception=_describe))
        raise InvalidInput(f"{type_tag(cls)} cannot be read: {details}") from error
    written, required = (c.unstructure(value) for c in (_CONVERTER, _IDENTITY_CONVERTER))
    if difference := _difference(fields, written, required, "$"):
        raise InvalidInput(f"{type_tag(cls)} cannot be read: {difference}")
    return value


def from_json(cls: type[T], data: bytes | str) -> T:
    """Read JSON text as a noun of exactly this type and version."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{type_tag(cls)} is not JSON: {error}") from error
    return from_document(cls, document)


def _describe(error: BaseException, expected: type | None) -> str:
    if isinstance(error, KeyError):
        return f"required field missing ({error})"
    return str(error) or f"{type(error).__name__} where {expected} was expected"


def _difference(found: Any, written: Any, required: Any, path: str) -> str | None:
    """Where a document differs from what would be written for it, or None.

    `required` is the same without commentary, which may be missing.
    """
    if found == written:
        return None
    if isinstance(found, dict) and isinstance(written, dict):
        if missing := sorted(required.keys() - found.keys()):
            return f"required field missing ({missing[0]!r}) @ {path}"
        places = [
            (f"{path}.{name}", found[name], written.get(name), required.get(name, written[name]))
            for name in found
        ]
    elif isinstance(found, list) and isinstance(written, list) and len(found) == len(written):
        items = zip(found, written, required, strict=True)
        places = [(f"{path}[{index}]", *item) for index, item in enumerate(items)]
    else:
        return f"expected {written!r}, got {found!r} @ {path}"
    deeper = (_difference(one, other, least, where) for where, one, other, least in places)
    return next((difference for difference in deeper if difference), None)
