"""What the user sees while a film is made: one bar a stage, or one line a stage in a log."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from shared.runner import Progress

_STAGES = {
    "encode": "Looking at references",
    "analyze": "Listening to the sound",
    "plan_cuts": "Planning the cuts",
    "render": "Rendering shots",
    "measure": "Measuring shots",
    "mix": "Encoding the sound",
    "assemble": "Joining the film",
    "inspect": "Checking the film",
}


class StageBars(AbstractContextManager["StageBars"]):
    """Shows the progress of actions, stage by stage.

    On a terminal every stage is a bar; elsewhere every stage is one line when it is complete, so
    that logs stay readable.
    """

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        self._console = console
        self._quiet = quiet
        self._live = console.is_terminal and not quiet
        self._fractions: dict[str, dict[str, float]] = {}
        self._totals: dict[str, int] = {}
        self._bar_ids: dict[str, TaskID] = {}
        self._bars = Bars(
            TextColumn("{task.description:<24}"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not self._live,
        )

    def __enter__(self) -> StageBars:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def expect(self, action: str, count: int) -> None:
        """Say how many actions of a kind are coming, so that a bar knows its length."""
        self._totals[action] = count
        self._refresh(action)

    def show(self, progress: Progress) -> None:
        """Take note of how far one action is."""
        self._fractions.setdefault(progress.action, {})[progress.key] = progress.fraction
        self._refresh(progress.action)

    def _refresh(self, action: str) -> None:
        fractions = self._fractions.get(action, {})
        total = max(self._totals.get(action, 1), len(fractions))
        title = _STAGES.get(action, action)
        if not self._live:
            is_done = 0 < total <= sum(fractions.values())
            if action in self._totals and is_done and not self._quiet:
                del self._totals[action]
                self._console.print(f"{title}: {total} done", highlight=False)
            return
        if action not in self._bar_ids:
            self._bar_ids[action] = self._bars.add_task(title, total=total)
        self._bars.update(self._bar_ids[action], completed=sum(fractions.values()), total=total)
