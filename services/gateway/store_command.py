"""The words of `onbeat store`."""

from __future__ import annotations

import argparse
from pathlib import Path

_EXAMPLES = """\
examples:
  onbeat store ls                                    # films and what they take, blobs by kind
  onbeat store show first-cut                        # one film; also by the name that ls gives it
  onbeat store show 3f2a9c                           # one blob: who made it from what, who needs it
  onbeat store gc --dry-run                          # what nothing needs any more
  onbeat store gc --keep-films 20 --older-than 30d   # forget old films, then free what they needed
  onbeat store pin premiere first-cut                # keep it, whatever its age
  onbeat store unpin premiere                        # until then
  onbeat store export first-cut -o first-cut.onbeat  # one file with all that it needs
  onbeat store import first-cut.onbeat -o first-cut  # elsewhere: to watch, and to edit

Where the store is, what stays and why: docs/store.md
"""

_GC = """\
Delete what no film, pin or running work needs and nobody has touched for a day. Films stay unless
--keep-films, --older-than or --forget says otherwise; with both of the first two, a film goes only
if it is neither among the newest nor young. Then its folder can still be watched, but not edited.
Pinned films, films in use, and films with a locked shot that no other film which stays has always
stay.
Builds may run meanwhile.
"""

_GC_EXAMPLES = """\
examples:
  onbeat store gc --dry-run
  onbeat store gc --keep-films 20 --older-than 30d
  onbeat store gc --forget 3f2a9c0d11aa --untouched-for 2h
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The words of `onbeat store`."""
    parser = commands.add_parser(
        "store",
        help="list, keep, collect, export and import what is stored",
        description="Look after the store, in which every result is kept.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words = parser.add_subparsers(dest="store_command", metavar="WHAT", required=True)
    _add_looking(words)
    _add_gc(words)
    _add_pins(words)
    _add_transfer(words)


def store(options: argparse.Namespace) -> int:
    """Run `onbeat store`; returns the exit code."""
    # Imported here so that `onbeat --help` does not wait for what it does not need.
    from services.gateway import store_collect, store_list, store_transfer

    run = {
        "ls": store_list.ls,
        "show": store_list.show,
        "gc": store_collect.gc,
        "pin": store_collect.pin,
        "unpin": store_collect.unpin,
        "export": store_transfer.export,
        "import": store_transfer.import_,
    }
    return run[options.store_command](options)


def _add_looking(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    ls = words.add_parser("ls", help="list films with their sizes, and blobs by kind")
    ls.add_argument("--json", action="store_true", help="print JSON")
    show = words.add_parser("show", help="show a film, or a blob: its request, and who uses it")
    show.add_argument(
        "what", metavar="FILM|DIGEST", help="a film's folder, or the start of a digest"
    )
    show.add_argument("--json", action="store_true", help="print JSON")


def _add_gc(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    gc = words.add_parser(
        "gc",
        help="delete what nothing needs any more",
        description=_GC,
        epilog=_GC_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    gc.add_argument("--dry-run", action="store_true", help="only say what would go, and why")
    gc.add_argument(
        "--keep-films", type=_count, metavar="N", help="forget all films but the newest N"
    )
    gc.add_argument("--older-than", metavar="AGE", help="forget films older than AGE, such as 30d")
    gc.add_argument(
        "--forget",
        action="append",
        default=[],
        metavar="FILM",
        help="forget this film, locked shots included; may be given many times",
    )
    gc.add_argument(
        "--untouched-for",
        metavar="AGE",
        help="leave what was touched within AGE and an hour (default: 1d). Less than the longest "
        "build is only safe if all builds run on this machine",
    )
    gc.add_argument("--json", action="store_true", help="print JSON")


def _add_pins(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    pin = words.add_parser("pin", help="keep a film or a blob until it is unpinned")
    pin.add_argument("name", metavar="NAME", help="what to call the pin")
    pin.add_argument(
        "what", metavar="FILM|DIGEST", help="a film's folder, or the start of a digest"
    )
    unpin = words.add_parser("unpin", help="take a pin off; the next gc may take what it kept")
    unpin.add_argument("name", metavar="NAME", help="what the pin is called")


def _add_transfer(words: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = words.add_parser(
        "export",
        help="write a film with all that it needs into one file",
        description="Write FILM with its clips, references, what was found in them and every "
        "result into one tar file. Equal films give equal bytes.",
    )
    export.add_argument("film", metavar="FILM", help="a film's folder, or its name in `store ls`")
    export.add_argument(
        "-o", "--out", required=True, type=Path, metavar="FILE.onbeat", help="the file to write"
    )
    import_ = words.add_parser(
        "import",
        help="take a film out of such a file into the store",
        description="Verify every byte of FILE.onbeat, then take its film into the store: edits "
        "of it run only what they change. Take archives from people whose films you would edit: "
        "its results are believed.",
    )
    import_.add_argument(
        "archive", type=Path, metavar="FILE.onbeat", help="what export has written"
    )
    import_.add_argument(
        "-o", "--out", type=Path, metavar="OUT", help="write the film's folder as well"
    )
    import_.add_argument(
        "--without-results",
        action="store_true",
        help="take the film and its clips, but believe no other results of its actions",
    )


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number")
    return int(text)
