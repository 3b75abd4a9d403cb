"""`onbeat look export`: the grade of a shot as a .cube file, for another program."""

from __future__ import annotations

import argparse
from pathlib import Path

from shared.errors import InvalidInput, MissingBlob

_EXAMPLES = """\
examples:
  onbeat look export first-cut --shot "#3" -o third.cube
  ffmpeg -i ride.mp4 -vf lut3d=third.cube graded.mp4
"""
_SIDES = (17, 33, 65)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `look`."""
    look = commands.add_parser(
        "look",
        help="write the grade of a shot as a .cube file",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = look.add_subparsers(dest="look_command", metavar="ACTION", required=True)
    export = actions.add_parser(
        "export",
        help="write all that is done to a shot's colours as one table",
        description="Write the whole grade of a shot as a .cube file: its input table, match, "
        "correction, style\nand look, in this order, for the colours of its source.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    export.add_argument("source", type=Path, metavar="OUT", help="a folder that `onbeat` wrote")
    export.add_argument("--shot", required=True, help='its id, or "#3" for the third')
    export.add_argument(
        "--side", type=int, default=33, help="entries along each side: 17, 33 or 65 (default: 33)"
    )
    export.add_argument(
        "-o", "--out", type=Path, required=True, metavar="F.cube", help="the file to write"
    )


def look(options: argparse.Namespace) -> int:
    """Run `onbeat look`; returns the exit code."""
    cube = export_look(options.source, options.shot, options.side)
    if options.out.suffix.lower() != ".cube":
        raise InvalidInput(f"{options.out}: expected a name that ends in .cube")
    try:
        options.out.write_bytes(cube)
    except OSError as error:
        raise InvalidInput(f"{options.out}: cannot be written: {error.strerror}") from None
    return 0


def export_look(source: Path, shot_name: str, side: int = 33) -> bytes:
    """The .cube of a shot of the film in a folder.

    Raises `NotFound` for a shot that is not there, `InvalidInput` for what is no film or a side
    other than 17, 33 or 65.
    """
    from services.gateway.edits.place import shot_index
    from services.gateway.film_folder import read_document
    from shared.look.chain import load_chain
    from shared.look.cube_file import write_cube
    from shared.schema import from_document
    from shared.settings import Settings
    from shared.shot import Footage
    from shared.timeline import Timeline

    if side not in _SIDES:
        raise InvalidInput(f"a table of {side} entries a side; expected 17, 33 or 65")
    timeline = from_document(Timeline, read_document(source, "timeline.json"))
    shot = timeline.shots[shot_index(timeline, shot_name, "look export")]
    lut = shot.source.input_lut if isinstance(shot.source, Footage) else None
    try:
        chain = load_chain(Settings.from_environment().open_blobs(), shot.grade, lut)
    except MissingBlob as error:
        raise error.about(f"{source}: a table of shot {shot.id} is gone") from error
    return write_cube(chain.to_cube(side), f"Onbeat, shot {shot.id}")
