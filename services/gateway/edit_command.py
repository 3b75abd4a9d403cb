"""`onbeat edit`: apply operations to a film, or say what they would do."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from services.gateway.make_arguments import add_verify
from shared.errors import InvalidInput

if TYPE_CHECKING:
    from services.gateway.edits.operation import Operation
    from services.gateway.preview import Preview
    from shared.settings import Settings

_EXAMPLES = """\
examples:
  onbeat edit first-cut "keep shots 1 to 4, make the chorus faster, warmer grade" -o second-cut
  onbeat edit first-cut "replace @coast with @mug in shot 7" --dry-run
  onbeat edit first-cut --op '{"op": "lock", "shot": "#4"}' -o second-cut
  onbeat edit first-cut --op '{"op": "set_grade", "shot": "#2", "warmth": 0.4}' --dry-run
  onbeat edit first-cut --op '{"op": "replace_source", "shot": "#7", "source": "mug"}' \\
                        --op '{"op": "set_pacing", "pacing": "driving"}' -o second-cut
  onbeat edit second-cut --op '{"op": "undo"}' -o third-cut

Shots go by their id (see `onbeat explain`, report.json) or by place: "#1" is the first. What an
edit does not touch is kept packet for packet. All operations: docs/edits.md; all that is
understood in words: docs/direction.md
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words of `onbeat edit`."""
    edit = commands.add_parser(
        "edit",
        help="change a film and keep the rest of it, packet for packet",
        description="Apply what is said, in words or as operations, to the film in OUT and make "
        "the result into OUT2.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    edit.add_argument("source", type=Path, metavar="OUT", help="a folder that `onbeat` wrote")
    edit.add_argument(
        "words", nargs="*", metavar="WORDS", help="what to change, in words (docs/direction.md)"
    )
    edit.add_argument(
        "--op",
        action="append",
        default=[],
        dest="operations",
        metavar="JSON",
        help="an operation, or a list of them; may be given many times, applied in order",
    )
    edit.add_argument(
        "--dry-run",
        action="store_true",
        help="only say what will run, what may run and what is kept, and what it will cost",
    )
    add_verify(edit)
    edit.add_argument("--quiet", action="store_true", help="print nothing but errors")
    edit.add_argument(
        "-o", "--out", type=Path, metavar="OUT2", help="a new folder; OUT itself may be replaced"
    )


def edit(options: argparse.Namespace) -> int:
    """Run `onbeat edit`; returns the exit code."""
    from rich.console import Console

    from services.gateway.console import StageBars
    from services.gateway.film_summary import print_summary
    from services.gateway.interruption import interruptible
    from services.gateway.look.files import read_looks
    from services.gateway.revise import edit_film, preview_edit
    from shared.settings import Settings

    settings = Settings.from_environment()
    operations = _operations(options, settings)
    looks = read_looks(operations)
    if options.dry_run:
        planned = preview_edit(settings, options.source, operations, looks)
        _print_preview(interruptible(planned))
        return 0
    if options.out is None:
        raise InvalidInput("edit: expected -o OUT2 for the new film, or --dry-run")
    with StageBars(Console(stderr=True), quiet=options.quiet) as bars:
        made = interruptible(
            edit_film(
                settings,
                options.source,
                operations,
                options.out,
                verify_all=options.verify == "full",
                watcher=bars,
                looks=looks,
            )
        )
    if not options.quiet:
        print_summary(made.folder, made.report)
    return 0


def _operations(options: argparse.Namespace, settings: Settings) -> tuple[Operation, ...]:
    """Operations of `--op`, then those that the words mean, which are read back."""
    from services.gateway.edits.parse import parse_operations

    given = parse_operations(options.operations) if options.operations else ()
    if not options.words:
        if not given:
            raise InvalidInput(
                'edit: expected what to change, in words ("keep shots 1 to 4") or with --op'
            )
        return given
    if given:
        raise InvalidInput("edit: expected either words or --op, found both")
    from rich.console import Console

    from services.gateway.direct_edit import direct_edit
    from services.gateway.interruption import interruptible

    direction = interruptible(direct_edit(settings, options.source, " ".join(options.words)))
    if not options.quiet:
        console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
        for wish in direction.understood:
            console.print(f"“{wish.said}”: {'; '.join(wish.says)}")
    return direction.operations


def _print_preview(preview: Preview) -> None:
    from rich.console import Console
    from rich.table import Table

    from services.gateway.preview import Fate

    table = Table("", "action", "for", "what changed", "CPU s", box=None, pad_edge=False)
    for line in preview.lines:
        if line.fate is not Fate.KEPT:
            seconds = "" if line.cpu_seconds is None else f"{line.cpu_seconds:.1f}"
            table.add_row(line.fate, line.action, line.subject, ", ".join(line.changed), seconds)
    console = Console(soft_wrap=True)
    console.print(table, highlight=False, markup=False)
    kept = preview.count(Fate.KEPT)
    console.print(
        f"\n{preview.count(Fate.WILL_RUN)} will run, {preview.count(Fate.MAY_RUN)} may run, "
        f"{preview.count(Fate.IN_STORE)} are in the store, {kept} clips are kept; "
        f"about {preview.cpu_seconds:.1f} CPU seconds",
        highlight=False,
    )
