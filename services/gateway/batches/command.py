"""`onbeat batch`: many films from one template and a table."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from shared.settings import Settings

if TYPE_CHECKING:
    from rich.console import Console

    from services.gateway.batches.batch import RowResult
    from services.gateway.batches.estimate import RowEstimate

_DEFAULT_PATTERN = "{row:03}"
_EXAMPLES = """\
examples:
  onbeat batch ad.yaml products.csv -o ads --dry-run
  onbeat batch ad.yaml products.csv -o ads --name "{headline}-{row:03}"

A template is a brief with {{headline:text}}, {{hero:image}} and the like; docs/batches.md. A row
that cannot be made does not stop the others: the exit code is then 1, and manifest.json says why.
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words of `onbeat batch`."""
    parser = commands.add_parser(
        "batch",
        help="many films from one template and a table of rows",
        description="Make the film of every row of ROWS from TEMPLATE into FOLDER, with a manifest "
        "and one zip of all.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("template", type=Path, metavar="TEMPLATE", help="a brief with slots")
    parser.add_argument("rows", type=Path, metavar="ROWS", help="a .csv or .json file")
    parser.add_argument(
        "--name",
        default=_DEFAULT_PATTERN,
        metavar="PATTERN",
        help=f"of slots and the row's number (default: {_DEFAULT_PATTERN})",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="only say what is wrong, and what would be rendered"
    )
    parser.add_argument("--draft", action="store_true", help="540p and quick")
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")
    parser.add_argument(
        "-o", "--out", type=Path, required=True, metavar="FOLDER", help="where the films go"
    )


def batch(options: argparse.Namespace) -> int:
    """Run `onbeat batch`; returns the exit code."""
    from rich.console import Console

    from services.gateway.batches.batch import check_folder, make_batch
    from services.gateway.batches.estimate import estimate_batch
    from services.gateway.batches.naming import check_pattern, named
    from services.gateway.batches.rows import read_rows
    from services.gateway.batches.template import read_template
    from services.gateway.console import StageBars
    from services.gateway.interruption import interruptible

    template = read_template(options.template)
    check_pattern(options.name, template.slots)
    rows = named(read_rows(options.rows, template.slots), options.name, template.slots)
    check_folder(options.out)
    settings = Settings.from_environment()
    if options.dry_run:
        lines = interruptible(estimate_batch(settings, template, rows, draft=options.draft))
        _print_estimate(lines)
        return 1 if any(line.message for line in lines) else 0
    with StageBars(Console(stderr=True), quiet=options.quiet) as bars:
        work = make_batch(settings, template, rows, options.out, draft=options.draft, watcher=bars)
        results = interruptible(work)
    _print_results(results, options.out, quiet=options.quiet)
    return 0 if all(result.status == "made" for result in results) else 1


def _print_estimate(lines: Sequence[RowEstimate]) -> None:
    from rich.table import Table

    table = Table("row", "name", "clips", "render", "shared", "in store", "CPU s", box=None)
    for line in lines:
        cells = (line.clips, line.will_render, line.shared, line.in_store)
        cpu = "" if line.cpu_seconds is None else f"{line.cpu_seconds:.1f}"
        if line.message:
            table.add_row(str(line.row), line.name, "refused")
        else:
            table.add_row(str(line.row), line.name, *map(str, cells), cpu)
    console = _console()
    console.print(table)
    total = sum(line.cpu_seconds or 0.0 for line in lines)
    console.print(
        f"\n{sum(line.will_render for line in lines)} clips to render, "
        f"{sum(line.shared for line in lines)} shared with rows before, "
        f"{sum(line.in_store for line in lines)} in the store; about {total:.1f} CPU seconds"
    )
    _print_refusals([(line.row, line.message) for line in lines if line.message])


def _print_results(results: Sequence[RowResult], folder: Path, *, quiet: bool) -> None:
    bad = [(result.row, result.message) for result in results if result.status != "made"]
    if not quiet:
        made = [result for result in results if result.status == "made"]
        console = _console()
        for result in made:
            console.print(
                f"{result.row:<4} {folder / result.name}: {result.seconds:.2f} s, {result.shots} "
                f"shots, {result.renders_hit} of {result.renders_hit + result.renders_run} renders "
                "were in the store"
            )
        console.print(
            f"{len(made)} of {len(results)} made; "
            f"{sum(r.actions_hit for r in results)} actions were in the store, "
            f"{sum(r.actions_run for r in results)} ran; {folder / 'films.zip'}"
        )
    _print_refusals(bad)


def _print_refusals(bad: Sequence[tuple[int, str]]) -> None:
    console = _console(to_errors=True)
    for row, message in bad:
        text = " ".join(message.split())
        console.print(text if text.startswith("row ") else f"row {row}: {text}")


def _console(*, to_errors: bool = False) -> Console:
    # Not above: `onbeat --help` has this module's words as well, and no use for rich.
    from rich.console import Console

    return Console(stderr=to_errors, soft_wrap=True, highlight=False, markup=False)
