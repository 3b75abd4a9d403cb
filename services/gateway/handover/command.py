"""`onbeat export` and `onbeat import`: to an editing program, and back."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from services.gateway.make_arguments import add_verify
from shared.errors import InvalidInput
from shared.settings import Settings

if TYPE_CHECKING:
    from services.gateway.handover.package import Wanted
    from services.gateway.handover.sequence import Sequence

_EXAMPLES = """\
examples:
  onbeat export first-cut -o handover                     # every format, every shot baked
  onbeat export first-cut --formats otio,edl -o handover
  onbeat export first-cut --baked needed -o handover      # originals alone, where they do

  onbeat import edited.otio --film first-cut -o second-cut

handover/ holds film.otio, film.xml (Premiere Pro), film.fcpxml (Final Cut Pro), film.edl, the
captions, and media/: the originals, each shot as it is in the film with handles, the song and
stems. Paths in the files are relative to it. DaVinci Resolve reads film.otio.
"""
_HANDLE_FRAMES, _MAX_HANDLES = 12, 250


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words of `onbeat export`."""
    export = commands.add_parser(
        "export",
        help="hand a film over to an editing program (OTIO, FCP7 XML, FCPXML, EDL)",
        description="Write the film in OUT with its originals, shots and sound into a new folder.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    export.add_argument("source", type=Path, metavar="OUT", help="a folder that `onbeat` wrote")
    export.add_argument(
        "--formats",
        default="otio,fcp7,fcpxml,edl",
        metavar="LIST",
        help="otio, fcp7, fcpxml, edl (default: all)",
    )
    export.add_argument(
        "--baked",
        choices=["all", "needed"],
        default="all",
        help="bake every shot as it is in the film, or only those that need it (default: all)",
    )
    export.add_argument(
        "--handles",
        type=int,
        default=_HANDLE_FRAMES,
        metavar="N",
        help=f"frames beside each baked shot (default: {_HANDLE_FRAMES})",
    )
    export.add_argument(
        "-o", "--out", required=True, type=Path, metavar="FOLDER", help="a new folder"
    )
    back = commands.add_parser(
        "import",
        help="take a film back from an editing program as its next revision",
        description="Make the next film of OUT as EDITED has it; its clips are locked. What a film "
        "cannot have is listed.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    back.add_argument(
        "edited", type=Path, metavar="EDITED", help="an .otio, .otioz, .xml or .fcpxml file"
    )
    back.add_argument(
        "--film", required=True, type=Path, metavar="OUT", help="the film that was handed over"
    )
    add_verify(back)
    back.add_argument("--quiet", action="store_true", help="print nothing but errors")
    back.add_argument("-o", "--out", required=True, type=Path, metavar="OUT2", help="a new folder")


def take_back(options: argparse.Namespace) -> int:
    """Run `onbeat import`; returns the exit code."""
    from rich.console import Console

    from services.gateway.console import StageBars
    from services.gateway.film_summary import print_summary
    from services.gateway.handover.returned import Import, read_edited
    from services.gateway.interruption import interruptible
    from services.gateway.revise import revise_film

    change = Import(read_edited(options.edited))
    with StageBars(Console(stderr=True), quiet=options.quiet) as bars:
        made = interruptible(
            revise_film(
                Settings.from_environment(),
                options.film,
                change,
                options.out,
                verify_all=options.verify == "full",
                watcher=bars,
            )
        )
    if not options.quiet:
        print_summary(made.folder, made.report)
        found = change.found[-1]
        print(f"import  {len(found.changed)} shots changed; all clips are locked")
        for text in found.left_out:
            print(f"        not done: {text}")
    return 0


def export(options: argparse.Namespace) -> int:
    """Run `onbeat export`; returns the exit code."""
    from services.gateway.handover.package import Wanted, formats_named
    from services.gateway.interruption import interruptible

    if not 0 <= options.handles <= _MAX_HANDLES:
        raise InvalidInput(f"--handles {options.handles}; expected 0 to {_MAX_HANDLES}")
    wanted = Wanted(formats_named(options.formats), options.baked == "all", options.handles)
    settings = Settings.from_environment()
    handed = interruptible(export_film(settings, options.source, options.out, wanted))
    baked = sum(event.is_baked for event in handed.events)
    print(f"{options.out}: {len(handed.events)} shots, {len(handed.events) - baked} play originals")
    if baked:
        print(f"{baked} play baked clips: their speed changes, or they were generated")
    return 0


async def export_film(settings: Settings, source: Path, out: Path, wanted: Wanted) -> Sequence:
    """Hand the film in `source` over into the new folder `out`, which appears when it is whole.

    Raises `InvalidInput` where `out` exists and holds something.
    """
    from services.gateway.embedded import embedded_runner
    from services.gateway.handover.package import hand_over
    from services.gateway.revise import read_film

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InvalidInput(f"{out}: exists already; expected a new folder's name")
    staging = out.resolve().with_name(f".{out.resolve().name}.{os.getpid()}.partial")
    try:
        async with embedded_runner(settings) as runner:
            film = read_film(runner, source)
            staging.mkdir(parents=True)
            handed = await hand_over(runner, film, source, staging, wanted)
        if out.exists():
            out.rmdir()
        staging.rename(out)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return handed
