"""Digests, and the canonical encoding that every stored key rests on."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.digest import Digest, added, canonical_bytes, digests_in

EMPTY = Digest("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 0)
OTHER = Digest.of_bytes(b"other")


class Color(enum.StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Grade:
    VERSION: ClassVar[int] = 3

    gain: float
    lift: float | None = None
    note: str = field(default="", compare=False)
    seen_in: Digest | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Look:
    gain: float


# Value and its canonical encoding. These bytes are in every key of every store: never edit one,
# a new encoding is a new major version.
ENCODINGS: list[tuple[Any, bytes]] = [
    (None, b"null"),
    (True, b"true"),
    (7, b"7"),
    (-(2**70), b"-1180591620717411303424"),
    (1.5, b'{"float":"0x1.8000000000000p+0"}'),
    (0.1, b'{"float":"0x1.999999999999ap-4"}'),
    (-0.0, b'{"float":"0x0.0p+0"}'),
    (np.float64(0.1), b'{"float":"0x1.999999999999ap-4"}'),
    (Fraction(60000, 2002), b'{"fraction":"30000/1001"}'),
    (Fraction(25), b'{"fraction":"25/1"}'),
    ("é\n", b'"\\u00e9\\n"'),
    (Color.RED, b'"red"'),
    (EMPTY, b'{"digest":"' + str(EMPTY).encode() + b'"}'),
    ((1, [2, ()]), b"[1,[2,[]]]"),
    ({"b": 1, "a": {}}, b'{"a":{},"b":1}'),
    (Grade(0.5), b'{"gain":{"float":"0x1.0000000000000p-1"},"lift":null,"type":"Grade/3"}'),
    (Look(0.5), b'{"gain":{"float":"0x1.0000000000000p-1"},"type":"Look/1"}'),
]


@pytest.mark.parametrize(("value", "encoding"), ENCODINGS, ids=repr)
def test_encoding_is_the_recorded_one(value: object, encoding: bytes) -> None:
    assert canonical_bytes(value) == encoding


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_only_finite_floats_are_encoded(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        canonical_bytes({"gain": [value]})


@pytest.mark.parametrize(
    "value", [{1, 2}, b"x", object(), {1: "x"}, np.float32(1), np.int64(1), Grade]
)
def test_foreign_values_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_bytes(value)


@pytest.mark.parametrize("mark", ["float", "fraction", "digest", "type"])
def test_a_mapping_cannot_pass_for_another_value(mark: str) -> None:
    with pytest.raises(TypeError, match=mark):
        canonical_bytes({mark: "0x1.8000000000000p+0"})


def test_commentary_is_left_out() -> None:
    assert canonical_bytes(Grade(1.0, note="warm", seen_in=OTHER)) == canonical_bytes(Grade(1.0))
    assert list(digests_in(Grade(1.0, seen_in=OTHER))) == []


def test_equal_dataclasses_have_equal_encodings() -> None:
    assert canonical_bytes(Grade(1)) == canonical_bytes(Grade(1.0))
    assert canonical_bytes(Grade(0.0, -0.0)) == canonical_bytes(Grade(0, 0))


def test_a_field_named_type_is_refused() -> None:
    @dataclass(frozen=True)
    class Odd:
        type: str

    with pytest.raises(TypeError, match="'type'"):
        canonical_bytes(Odd("x"))


def test_digests_are_found_in_field_order() -> None:
    @dataclass(frozen=True)
    class Request:
        inputs: tuple[Digest, ...]
        named: dict[str, Digest | int]

    third = Digest.of_bytes(b"third")
    assert list(digests_in(Request((OTHER, EMPTY), {"b": third, "a": 1}))) == [OTHER, EMPTY, third]


_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False).map(lambda value: value + 0.0)
    | st.fractions()
    | st.text(max_size=4)
    | st.builds(Digest.of_bytes, st.binary(max_size=2))
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
        | st.builds(Look, st.floats(allow_nan=False, allow_infinity=False))
    ),
    max_leaves=6,
)


def _typed(value: Any) -> object:
    """A value in which 1, 1.0, True and Fraction(1) differ, as they do in a request's fields."""
    if isinstance(value, tuple):
        return [_typed(item) for item in value]
    if isinstance(value, dict):
        return {name: _typed(item) for name, item in value.items()}
    return type(value).__name__, value


@given(_VALUES, _VALUES)
def test_different_values_have_different_encodings(one: object, other: object) -> None:
    assert (canonical_bytes(one) == canonical_bytes(other)) == (_typed(one) == _typed(other))


@given(_VALUES)
def test_nesting_shows(value: object) -> None:
    wrapped: list[object] = [value, (value,), {"": value}, ((value,),), str(value)]
    encodings = {canonical_bytes(item) for item in wrapped if _typed(item) != _typed(value)}
    assert canonical_bytes(value) not in encodings


@pytest.mark.parametrize("make", [Digest.of_bytes, lambda data: Digest.of_stream(BytesIO(data))])
@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_digest_of_bytes_stream_and_file_agree(
    make: Callable[[bytes], Digest], size: int, tmp_path: Path
) -> None:
    data = bytes(size)
    (tmp_path / "data").write_bytes(data)
    assert make(data) == Digest.of_file(tmp_path / "data")
    assert make(data).size_bytes == size
    assert make(b"") == EMPTY


def test_digest_reads_its_own_text() -> None:
    assert Digest.parse(str(OTHER)) == OTHER
    assert OTHER.short == OTHER.sha256[:12]


@pytest.mark.parametrize(
    "text",
    [
        "",
        EMPTY.sha256,
        f"{EMPTY.sha256}/",
        f"{EMPTY.sha256}/-1",
        f"{EMPTY.sha256}/01",
        f"{EMPTY.sha256}/٣",  # a digit, but not one of ours
        f"{EMPTY.sha256.upper()}/0",
        f"{EMPTY.sha256[1:]}/0",
        f"{EMPTY} ",
    ],
)
def test_anything_else_is_no_digest(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        Digest.parse(text)


def test_impossible_digests_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="64 lower-case hex"):
        Digest("abc", 0)
    with pytest.raises(ValueError, match="at least 0"):
        Digest(EMPTY.sha256, -1)


def test_an_added_field_is_left_out_at_its_default() -> None:
    @dataclass(frozen=True)
    class Request:
        name: str
        extra: tuple[int, ...] = added(())

    assert canonical_bytes(Request("a")) == b'{"name":"a","type":"Request/1"}'
    assert b'"extra":[1]' in canonical_bytes(Request("a", (1,)))
