"""What whoever makes a film shares: the film in its folder, who watches, doing it again.

Apart from `make`, because whoever edits a film reads no brief.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from shared.errors import MissingBlob
from shared.runner import Progress

_T = TypeVar("_T")


class Watcher(Protocol):
    """Whoever wants to see how the work goes."""

    def expect(self, action: str, count: int) -> None:
        """So many actions of a kind are coming."""

    def show(self, progress: Progress) -> None:
        """One action is so far."""


@dataclass(frozen=True, slots=True)
class MadeFilm:
    """A film in its folder, and its report as written there."""

    folder: Path
    report: dict[str, Any]


async def healing(work: Callable[[], Awaitable[_T]]) -> _T:
    """Do some work again for as long as each round finds another blob to be damaged or gone.

    A damaged blob is removed when it is read, and the next round makes it again.
    """
    seen: set[str | None] = {None}
    while True:
        try:
            return await work()
        except MissingBlob as error:
            if error.digest in seen:
                raise
            seen.add(error.digest)
