"""`onbeat make`: a film, several takes of it, or what it would cost. Its flags: make_arguments."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from shared.errors import InvalidInput

if TYPE_CHECKING:
    from services.gateway.briefs import BriefSpec


def make(options: argparse.Namespace) -> int:
    """Run `onbeat make`: the film goes to the folder, a summary to the terminal."""
    from services.gateway.make_brief import brief_of

    spec = brief_of(options)
    if options.estimate:
        return _estimate(spec)
    if options.out is None:
        raise InvalidInput(
            "make: expected -o/--out with a new folder for the film, as in "
            "`onbeat make --song track.mp3 --ref ride.mp4 -o first-cut`"
        )
    if options.takes is not None:
        return _make_takes(options, spec)
    return _make_film(options, spec)


def _make_film(options: argparse.Namespace, spec: BriefSpec) -> int:
    from rich.console import Console

    from services.gateway.console import StageBars
    from services.gateway.film_summary import print_summary
    from services.gateway.interruption import interruptible
    from services.gateway.make import make_film
    from shared.settings import Settings

    with StageBars(Console(stderr=True), quiet=options.quiet) as bars:
        made = interruptible(
            make_film(
                Settings.from_environment(),
                spec,
                options.out,
                draft=options.draft,
                watcher=bars,
                verify_all=options.verify == "full",
            )
        )
    if not options.quiet:
        print_summary(made.folder, made.report)
    return 0


def _estimate(spec: BriefSpec) -> int:
    from rich.console import Console

    from services.gateway.generate_estimate import estimate_film
    from services.gateway.interruption import interruptible
    from shared.settings import Settings

    found = interruptible(estimate_film(Settings.from_environment(), spec))
    console = Console(soft_wrap=True)
    for line in found.lines():
        console.print(line, highlight=False, markup=False)
    return 0


def _make_takes(options: argparse.Namespace, spec: BriefSpec) -> int:
    from rich.console import Console

    from services.gateway.console import StageBars
    from services.gateway.interruption import interruptible
    from services.gateway.takes import make_takes, parse_takes
    from shared.settings import Settings

    count = parse_takes(options.takes)
    with StageBars(Console(stderr=True), quiet=options.quiet) as bars:
        made = interruptible(
            make_takes(
                Settings.from_environment(),
                spec,
                options.out,
                count,
                draft=options.draft,
                watcher=bars,
                verify_all=options.verify == "full",
            )
        )
    if not options.quiet:
        console = Console(soft_wrap=True)
        for film in made.films:
            casting, folder = film.report["casting"], film.folder
            shots = f"{len(film.report['shots'])} shots"
            if casting:
                shots += f", score {casting['score']:.2f}"
            console.print(f"{folder.name:<7} {shots}, {folder}", highlight=False, markup=False)
        console.print(f"sheet   {made.sheet}", highlight=False, markup=False)
    return 0
