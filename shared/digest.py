"""Digests of bytes, and the canonical encoding that keys are made from.

Canonical encoding is JSON with sorted keys, no white space and ASCII escapes, in which
- a float is `{"float": "0x1.8000000000000p+0"}` (finite only),
- a fraction is `{"fraction": "30000/1001"}` in lowest terms,
- a digest is `{"digest": "<sha256>/<size>"}`,
- a dataclass is an object of its fields plus `"type": "<Name>/<version>"`; fields declared with
  `compare=False` are commentary (names, notes, positions) and are left out, and an integer in
  a field declared `float` is a float, so that equal dataclasses give equal bytes; a field declared
  `added()` is left out while it holds its default.

Nothing else is encoded: sets, bytes, NaN and foreign objects raise `TypeError` or `ValueError`,
because a key must never depend on an accident of `repr`. Nor are mappings with a key that marks
one of the forms above, which could pass for another value.
"""

from __future__ import annotations

import dataclasses
import enum
import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

_CHUNK_BYTES = 1 << 20
_DIGEST_TEXT = re.compile(r"([0-9a-f]{64})/(0|[1-9][0-9]{0,18})")
_MARKS = frozenset({"float", "fraction", "digest", "type"})
_ADDED = "added"


@dataclass(frozen=True, slots=True, order=True)
class Digest:
    """SHA-256 of a blob with its size, so that a truncated blob is noticed before it is hashed.

    `sha256` is 64 lower-case hex digits; `size_bytes` is not negative.
    """

    sha256: str
    size_bytes: int

    def __post_init__(self) -> None:
        if len(self.sha256) != 64 or not set(self.sha256) <= set("0123456789abcdef"):
            raise ValueError(f"expected 64 lower-case hex digits, got {self.sha256!r}")
        if self.size_bytes < 0:
            raise ValueError(f"expected a size of at least 0 bytes, got {self.size_bytes}")

    def __str__(self) -> str:
        return f"{self.sha256}/{self.size_bytes}"

    @property
    def short(self) -> str:
        """The first 12 hex digits, for logs and reports."""
        return self.sha256[:12]

    @classmethod
    def parse(cls, text: str) -> Digest:
        """Read `<sha256>/<size>`; raises `ValueError` on anything else."""
        match = _DIGEST_TEXT.fullmatch(text)
        if match is None:
            raise ValueError(f"expected '<sha256>/<size>', got {text!r}")
        return cls(match[1], int(match[2]))

    @classmethod
    def of_bytes(cls, data: bytes | bytearray | memoryview) -> Digest:
        """Digest of bytes in memory."""
        return cls(hashlib.sha256(data).hexdigest(), len(data))

    @classmethod
    def of_stream(cls, stream: BinaryIO) -> Digest:
        """Digest of everything that is left in a stream, read in 1 MiB pieces."""
        state, size = hashlib.sha256(), 0
        while chunk := stream.read(_CHUNK_BYTES):
            state.update(chunk)
            size += len(chunk)
        return cls(state.hexdigest(), size)

    @classmethod
    def of_file(cls, path: Path) -> Digest:
        """Digest of a file on disk."""
        with path.open("rb") as stream:
            return cls.of_stream(stream)


def added(default: Any) -> Any:
    """A dataclass field that came to a released request later.

    At its default it is left out of keys: what asks for nothing new keeps the key it had. Another
    default is another version of the request.
    """
    return dataclasses.field(default=default, metadata={_ADDED: True})


def is_added(field: dataclasses.Field[Any]) -> bool:
    """Whether a field was declared with `added()`."""
    return _ADDED in field.metadata


def to_canonical(value: Any) -> Any:
    """Turn a value into the plain JSON structure described in the module docstring."""
    if value is None or isinstance(value, bool | str):
        return value.value if isinstance(value, enum.Enum) else value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"expected a finite float, got {value!r}")
        return {"float": (value + 0.0).hex()}  # + 0.0 turns -0.0 into 0.0
    if isinstance(value, Fraction):
        return {"fraction": f"{value.numerator}/{value.denominator}"}
    if isinstance(value, Digest):
        return {"digest": str(value)}
    if isinstance(value, list | tuple):
        return [to_canonical(item) for item in value]
    if isinstance(value, Mapping):
        return {_key(name): to_canonical(item) for name, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _dataclass_to_canonical(value)
    raise TypeError(f"{type(value).__name__} has no canonical encoding")


def _key(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"expected string keys, got {name!r}")
    if name in _MARKS:
        raise TypeError(f"a mapping may not have the key {name!r}, which marks another value")
    return name


def _dataclass_to_canonical(value: Any) -> dict[str, Any]:
    fields = {
        field.name: to_canonical(_as_declared(field, getattr(value, field.name)))
        for field in dataclasses.fields(value)
        if field.compare and not _is_left_out(field, value)
    }
    if "type" in fields:
        raise TypeError(f"{type(value).__name__} may not have a field named 'type'")
    version = getattr(type(value), "VERSION", 1)
    return {"type": f"{type(value).__name__}/{version}", **fields}


def _is_left_out(field: dataclasses.Field[Any], value: Any) -> bool:
    return is_added(field) and bool(getattr(value, field.name) == field.default)


def _as_declared(field: dataclasses.Field[Any], value: Any) -> Any:
    # Type checkers let 1 stand for 1.0, and the two compare equal; their keys must be equal too.
    is_float = field.type in (float, "float", "float | None")
    return float(value) if is_float and type(value) is int else value


def canonical_bytes(value: Any) -> bytes:
    """Canonical encoding of a value as ASCII bytes; equal values give equal bytes."""
    structure = to_canonical(value)
    return json.dumps(
        structure, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode("ascii")


def digests_in(value: Any) -> Iterator[Digest]:
    """Every digest that a request holds, in field order: the inputs of an action."""
    if isinstance(value, Digest):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from digests_in(item)
    elif isinstance(value, Mapping):
        for name in sorted(value):
            yield from digests_in(value[name])
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            if field.compare:  # commentary must not reach a key through its digests either
                yield from digests_in(getattr(value, field.name))
