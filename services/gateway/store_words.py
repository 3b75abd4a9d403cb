"""Sizes, ages and dates as people write and read them; progress of long work on a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bars

from shared.errors import InvalidInput

_UNITS = ("kB", "MB", "GB", "TB", "PB")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}
_AGE = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,3}))?([smhdw])")


def said_bytes(count: int) -> str:
    """A size in decimal units: "999 B", "1.2 MB"."""
    if count < 1000:
        return f"{count} B"
    size, units = count / 1000, list(_UNITS)
    while round(size, 1) >= 1000 and len(units) > 1:
        size /= 1000
        units.pop(0)
    return f"{size:.1f} {units[0]}"


def said_time(seconds: float) -> str:
    """A moment in local time: "2026-11-21 15:04"."""
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M")


def parse_age(text: str) -> float:
    """Seconds of "30d", "12h", "1.5h"; raises `InvalidInput`."""
    match = _AGE.fullmatch(text.strip().lower())
    if match is None:
        raise InvalidInput(f"{text!r}: expected an age as in 30d, 12h, 90m, 0s or 2w")
    return float(f"{match[1]}.{match[2] or 0}") * _SECONDS[match[3]]


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows as lines with their columns under each other, as wide as they are."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in lines)


class Stages(AbstractContextManager["Stages"]):
    """One bar a stage on a terminal; nothing elsewhere, where the summary is enough."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._bars = Bars(
            TextColumn("{task.description:<26}"),
            BarColumn(bar_width=32),
            TaskProgressColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._ids: dict[str, TaskID] = {}

    def __enter__(self) -> Stages:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def show(self, stage: str, done: int, total: int) -> None:
        """So much of a stage is done; a total of 0 is not known."""
        if stage not in self._ids:
            self._ids[stage] = self._bars.add_task(stage, total=None)
        self._bars.update(self._ids[stage], completed=done, total=total or None)
