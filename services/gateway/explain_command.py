"""`onbeat explain`: which actions ran for a film, which were hits, and why."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from shared.errors import InvalidInput

if TYPE_CHECKING:
    from services.gateway.explain import Explanation

_EXAMPLES = """\
example:
  onbeat explain first-cut

A film is a build: every step is an action with a key made of everything that decides its result.
"ran" means it was performed for this film; "hit" means its result was in the store already.
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words of `onbeat explain`."""
    parser = commands.add_parser(
        "explain",
        help="say which actions ran for a film and which were hits, and why",
        description="List the actions behind the film in OUT.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="a folder that `onbeat make` wrote")


def explain(options: argparse.Namespace) -> int:
    """Run `onbeat explain`; returns the exit code."""
    from rich.console import Console
    from rich.table import Table

    from services.gateway.explain import action_totals

    lines = _explained(options.out)
    table = Table("action", "for", "", "why", "seconds", "key", box=None, pad_edge=False)
    for line in lines:
        why = ", ".join(line.changed) or line.why
        seconds = f"{line.seconds:.2f}" if line.key else ""
        table.add_row(line.action, line.subject, line.outcome, why, seconds, line.key[:12])
    # Without markup: a file may be named "[/b].mp4".
    console = Console(soft_wrap=True, markup=False)
    console.print(table)
    totals = action_totals(lines)
    ran, hit = (sum(getattr(total, name) for total in totals) for name in ("ran", "hit"))
    kept = sum(total.kept for total in totals)
    console.print(
        f"\n{ran} ran ({sum(total.seconds for total in totals):.1f} s of work), {hit} were in the "
        f"store ({sum(total.seconds_saved for total in totals):.1f} s saved), {kept} clips were "
        "kept from the film before",
        highlight=False,
    )
    return 0


def _explained(out: Path) -> tuple[Explanation, ...]:
    from services.gateway.explain import explanations
    from services.gateway.film_folder import read_document

    report = read_document(out, "report.json")
    try:
        if not isinstance(report["actions"], list):
            raise TypeError
        return explanations(report)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
        raise InvalidInput(
            f"{out}: not a film folder of Onbeat (the actions in report.json cannot be read)"
        ) from None
