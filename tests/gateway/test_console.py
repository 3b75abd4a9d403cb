"""Progress: bars on a terminal, one line a stage in a log, nothing when quiet."""

from __future__ import annotations

import io

from rich.console import Console

from services.gateway.console import StageBars
from shared.runner import Progress


def run_stage(console: Console, *, quiet: bool = False) -> None:
    with StageBars(console, quiet=quiet) as bars:
        bars.expect("render", 2)
        for key, fraction in (("a", 0.5), ("a", 1.0), ("b", 1.0)):
            bars.show(Progress(key, "render", f"shot {key}", fraction))


def test_a_log_gets_one_line_when_a_stage_is_done() -> None:
    log = io.StringIO()
    run_stage(Console(file=log))
    assert log.getvalue() == "Rendering shots: 2 done\n"


def test_quiet_prints_nothing() -> None:
    log = io.StringIO()
    run_stage(Console(file=log), quiet=True)
    assert log.getvalue() == ""


def test_a_terminal_gets_a_bar_that_fills() -> None:
    screen = io.StringIO()
    run_stage(Console(file=screen, force_terminal=True, width=100))
    assert "Rendering shots" in screen.getvalue()
    assert "2/2" in screen.getvalue()


def test_a_stage_without_work_is_not_told() -> None:
    log = io.StringIO()
    with StageBars(Console(file=log)) as bars:
        bars.expect("encode", 0)
    assert log.getvalue() == ""
