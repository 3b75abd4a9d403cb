"""What an operation is: a frozen dataclass that makes the next timeline out of the present one.

Operations are built and checked here and by `parse`; what they do is in the file of their family.
Importing this module loads no picture library, so that refusals are quick.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from services.gateway.edits.fields import KIND, Kind, refuse
from shared.errors import InvalidInput

if TYPE_CHECKING:
    from services.gateway.edits.scene import Scene
    from shared.timeline import Timeline

ALL_HANDLES = ("*",)


@dataclass(frozen=True, slots=True)
class Operation:
    """One typed edit; `OP` is its name in JSON, its fields are the JSON's.

    `HEARS` says that the song's beats are needed to apply it, `NEEDS_BRAND` fonts and colours.
    """

    OP: ClassVar[str] = ""
    HEARS: ClassVar[bool] = False
    NEEDS_BRAND: ClassVar[bool] = False

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value, kind = getattr(self, field.name), kind_of(field)
            if value is None and not is_required(field):
                continue
            try:
                kind.check(value)
            except ValueError:
                raise refuse(self.OP, field.name, kind.write(value), kind.accepts) from None
        self.check()

    def check(self) -> None:
        """Raises `InvalidInput` when fields do not go together."""

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        """Handles whose pictures must be known to apply it; `ALL_HANDLES` for every one."""
        return ()

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        """The next timeline, with the parent and cut plan of this one.

        Raises `NotFound` for a shot that is not there, `Conflict` where a lock or pin forbids it
        and `InvalidInput` where it does not fit.
        """
        raise NotImplementedError

    def needs_one_of(self, *names: str) -> None:
        """Raises `InvalidInput` unless a field of these is given."""
        if all(getattr(self, name) is None for name in names):
            raise InvalidInput(f"{self.OP}: expected at least one of {', '.join(names)}")

    def needs_only_one_of(self, one: str, other: str) -> None:
        """Raises `InvalidInput` unless exactly one of two fields is given."""
        if (getattr(self, one) is None) == (getattr(self, other) is None):
            raise InvalidInput(f"{self.OP}: expected either {one} or {other}")


def kind_of(field: dataclasses.Field[Any]) -> Kind:
    """The kind of value that an operation's field takes."""
    kind: Kind = field.metadata[KIND]
    return kind


def is_required(field: dataclasses.Field[Any]) -> bool:
    """Whether a field has no default."""
    return field.default is dataclasses.MISSING
