"""Make a film from a brief and put it into a folder, with its report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from services.gateway.briefs import BriefSpec
from services.gateway.embedded import embedded_runner
from services.gateway.film_folder import staged_folder
from shared.runner import Progress
from shared.settings import Settings

# A damaged blob is removed when it is read; the next round makes it again.
_MAX_ROUNDS = 3


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


async def make_film(
    settings: Settings, spec: BriefSpec, out: Path, *, draft: bool, watcher: Watcher
) -> MadeFilm:
    """Make the film of a brief into the folder `out`.

    Raises `InvalidInput` for what cannot become a film; then nothing is written to `out`.
    """
    with staged_folder(out) as folder:
        async with embedded_runner(settings, watcher.show) as runner:
            report = await _rounds(runner, spec, folder, draft, watcher)
    return MadeFilm(out, report)
