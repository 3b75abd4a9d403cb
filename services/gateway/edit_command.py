"""`onbeat edit`: apply operations to a film, or say what they would do."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.table import Table

from services.gateway.commands import interruptible, print_summary
from services.gateway.console import StageBars
from services.gateway.edits.operation import Operation
from services.gateway.edits.parse import parse_operations
from services.gateway.look.files import read_looks
from services.gateway.preview import Fate, Preview
from shared.errors import InvalidInput
from shared.settings import Settings


def edit(options: argparse.Namespace) -> int:
    """Run `onbeat edit`; returns the exit code."""
    from services.gateway.revise import edit_film, preview_edit

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
    given = parse_operations(options.operations) if options.operations else ()
    if not options.words:
        if not given:
            raise InvalidInput(
                'edit: expected what to change, in words ("keep shots 1 to 4") or with --op'
            )
        return given
    if given:
        raise InvalidInput("edit: expected either words or --op, found both")
    from services.gateway.direct_edit import direct_edit

    direction = interruptible(direct_edit(settings, options.source, " ".join(options.words)))
    if not options.quiet:
        console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
        for wish in direction.understood:
            console.print(f"“{wish.said}”: {'; '.join(wish.says)}")
    return direction.operations


def _print_preview(preview: Preview) -> None:
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
