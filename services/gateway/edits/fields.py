"""The kinds of values that the fields of operations take: read from JSON, checked, written back.

Each kind says in `accepts` what it takes, for refusals and documentation.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

from shared.errors import InvalidInput

# The key of a field's kind in its dataclass metadata.
KIND = "kind"
_SHOT = re.compile(r"#[1-9][0-9]{0,5}|s[0-9]{1,9}-[a-z2-7]{1,16}")
_HANDLE = re.compile(r"@?[A-Za-z][A-Za-z0-9_-]{0,63}")
# Finer speeds are not seen; without a limit 0.3333333333333333 would make unwieldy fractions.
_MAX_DENOMINATOR = 10_000


class Kind(Protocol):
    """One kind of value."""

    @property
    def accepts(self) -> str:
        """What is taken, to go after "expected"."""

    def read(self, value: Any) -> Any:
        """The typed value of a JSON value; raises `ValueError` for one of another type."""

    def check(self, value: Any) -> None:
        """Raises `ValueError` for a typed value that is out of bounds."""

    def write(self, value: Any) -> Any:
        """The JSON value that `read` takes back."""


def of_kind(value: Kind) -> Mapping[str, Kind]:
    """Metadata of a dataclass field that holds this kind."""
    return {KIND: value}


class _Plain:
    """What most kinds share: JSON and typed values are the same, and all are in bounds."""

    __slots__ = ()

    def check(self, value: Any) -> None:
        pass

    def write(self, value: Any) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class Text(_Plain):
    """Text of one form."""

    pattern: re.Pattern[str]
    accepts: str

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError
        return value

    def check(self, value: str) -> None:
        if not self.pattern.fullmatch(value):
            raise ValueError


SHOT = Text(_SHOT, 'the id of a shot as in timeline.json ("s3-ab2cd"), or "#3" for the third')
CUT = Text(_SHOT, 'the id of the shot that the cut leads into ("s3-ab2cd"), or "#3" for the third')
HANDLE = Text(_HANDLE, "the handle of one of the film's references")


@dataclass(frozen=True, slots=True)
class Several(_Plain):
    """Any number of texts of one form, in a list."""

    each: Text

    @property
    def accepts(self) -> str:
        return f"a list; each is {self.each.accepts}"

    def read(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list | tuple):
            raise ValueError
        return tuple(self.each.read(item) for item in value)

    def check(self, value: tuple[str, ...]) -> None:
        for item in value:
            self.each.check(item)

    def write(self, value: tuple[str, ...]) -> list[str]:
        return list(value)


SHOTS = Several(SHOT)


@dataclass(frozen=True, slots=True)
class Flag(_Plain):
    """Yes or no."""

    accepts: str = "true or false"

    def read(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError
        return value


@dataclass(frozen=True, slots=True)
class Whole(_Plain):
    """A whole number within bounds, both included."""

    minimum: int
    maximum: int

    @property
    def accepts(self) -> str:
        return f"a whole number from {self.minimum} to {self.maximum}"

    def read(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError
        return value

    def check(self, value: int) -> None:
        if not self.minimum <= value <= self.maximum:
            raise ValueError


@dataclass(frozen=True, slots=True)
class Number(_Plain):
    """A number within bounds, both included."""

    minimum: float
    maximum: float

    @property
    def accepts(self) -> str:
        return f"a number from {self.minimum:g} to {self.maximum:g}"

    def read(self, value: Any) -> float:
        # 0.0 for -0.0: equal operations make equal timelines.
        return _number(value) + 0.0

    def check(self, value: float | Fraction) -> None:
        if not self.minimum <= value <= self.maximum:
            raise ValueError


@dataclass(frozen=True, slots=True)
class Exact(Number):
    """A number that is kept as the exact fraction of its decimal digits."""

    def read(self, value: Any) -> Fraction:  # type: ignore[override]
        number = _number(value)
        if not abs(number) <= max(abs(self.minimum), abs(self.maximum)):
            raise ValueError  # Fraction(1e300) would be refused later, but not soon.
        return Fraction(str(number)).limit_denominator(_MAX_DENOMINATOR)

    def write(self, value: Fraction) -> float:
        return float(value)


@dataclass(frozen=True, slots=True)
class Choice(_Plain):
    """One of the names of an enumeration."""

    members: type[StrEnum]

    @property
    def accepts(self) -> str:
        return "one of " + ", ".join(member.value for member in self.members)

    def read(self, value: Any) -> StrEnum:
        if not isinstance(value, str):
            raise ValueError
        return self.members(value)

    def write(self, value: StrEnum) -> str:
        return value.value


def refuse(operation: str, field: str, got: Any, accepts: str) -> InvalidInput:
    """The error for a field whose value cannot be taken."""
    return InvalidInput(f"{operation}: {field} is {_shown(got)}; expected {accepts}")


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError
    if isinstance(value, int) and abs(value) > 1 << 53:
        raise ValueError
    if not math.isfinite(value):
        raise ValueError
    return float(value)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
