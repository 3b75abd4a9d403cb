"""The command `onbeat`: make a film, analyze a song, explain what was done."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

# Everything else is imported inside `main`, so that Ctrl-C meanwhile is Ctrl-C and no traceback,
# and so that `onbeat --help` does not wait for what it does not need.
from shared.errors import Cancelled, OnbeatError

_EXPLAIN_EXAMPLES = """\
example:
  onbeat explain first-cut

A film is a build: every step is an action with a key made of everything that decides its result.
"ran" means it was performed for this film; "hit" means its result was in the store already.
"""

_EDIT_EXAMPLES = """\
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

_ANALYZE_EXAMPLES = """\
examples:
  onbeat analyze track.mp3                 # to the terminal
  onbeat analyze track.mp3 -o track.json   # to a file
  onbeat analyze track.mp3 --plot track.png --markers track.otio --fps 25
  onbeat analyze talk.wav --words --script talk.txt
  onbeat analyze track.mp3 --take concert.mp4
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    try:
        parser = _parser()
        options = parser.parse_args(arguments)
        if options.command is None:
            parser.print_help()
            return 2
        return _run(options)
    except KeyboardInterrupt:
        print("onbeat: stopped; nothing was written", file=sys.stderr)
        return Cancelled.exit_code
    except OnbeatError as error:
        print(f"onbeat: {' '.join(error.message.split())}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()  # The reader has gone (`onbeat explain OUT | head`): nobody to tell.
        return 0


def _run(options: argparse.Namespace) -> int:
    from services.gateway import (
        analyze_command,
        commands,
        doctor,
        edit_command,
        encode_command,
        look_command,
        serve_command,
        server_command,
        store_command,
    )
    from services.gateway.batches import command as batch_command
    from services.gateway.handover import command as handover_command
    from services.gateway.provenance import command as provenance_command
    from services.gateway.versions import command as versions_command

    if (server := server_command.server_of(options)) is not None:
        return server_command.run(options, server)
    run = {
        "make": commands.make,
        "edit": edit_command.edit,
        "analyze": analyze_command.analyze,
        "explain": commands.explain,
        "encode": encode_command.encode,
        "doctor": doctor.doctor,
        "store": store_command.store,
        "serve": serve_command.serve,
        "keys": serve_command.keys,
        "export": handover_command.export,
        "import": handover_command.take_back,
        "sign": provenance_command.sign,
        "verify": provenance_command.verify,
        "look": look_command.look,
        "deliver": versions_command.deliver,
        "cutdown": versions_command.cutdown,
        "localize": versions_command.localize,
        "batch": batch_command.batch,
    }
    return run[options.command](options)


def _parser() -> argparse.ArgumentParser:
    import importlib.metadata

    from services.gateway import (
        doctor,
        encode_command,
        look_command,
        serve_command,
        server_command,
        store_command,
    )
    from services.gateway.batches import command as batch_command
    from services.gateway.handover import command as handover_command
    from services.gateway.make_arguments import add_make
    from services.gateway.provenance import command as provenance_command
    from services.gateway.versions import command as versions_command

    parser = argparse.ArgumentParser(
        prog="onbeat",
        description="Make films from your own clips and photos, cut to music. A film is a build: "
        "what you keep stays byte-identical, and only what changed is made again.",
        epilog="The store is $ONBEAT_STORE, else a per-user data folder; $ONBEAT_WORKERS is the "
        "number of worker processes.",
    )
    version = f"onbeat {importlib.metadata.version('onbeat')}"
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    add_make(commands)
    _add_edit(commands)
    _add_analyze(commands)
    _add_explain(commands)
    encode_command.add_parser(commands)
    doctor.add_parser(commands)
    store_command.add_parser(commands)
    serve_command.add_parsers(commands)
    handover_command.add_parser(commands)
    provenance_command.add_parser(commands)
    look_command.add_parser(commands)
    versions_command.add_parsers(commands)
    batch_command.add_parser(commands)
    server_command.add_flags(parser, commands)
    return parser


def _add_edit(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from services.gateway.make_arguments import add_verify

    edit = commands.add_parser(
        "edit",
        help="change a film and keep the rest of it, packet for packet",
        description="Apply what is said, in words or as operations, to the film in OUT and make "
        "the result into OUT2.",
        epilog=_EDIT_EXAMPLES,
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


def _add_analyze(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from services.gateway.make_arguments import add_words

    analyze = commands.add_parser(
        "analyze",
        help="hear beats, bars, form and words of an audio file",
        description="Write what is heard in AUDIO as sync.json: tempo, beats, sections, words; "
        "what is not found is an empty list.",
        epilog=_ANALYZE_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    analyze.add_argument("audio", type=Path, metavar="AUDIO", help="a song, speech, or a video")
    add_words(analyze)
    analyze.add_argument(
        "--take", type=Path, metavar="FILE", help="instead, say where in AUDIO a take was performed"
    )
    analyze.add_argument(
        "--plot", type=Path, metavar="F.png", help="draw the sound with its bars, form and words"
    )
    analyze.add_argument(
        "--markers", type=Path, metavar="F.otio|csv", help="write markers for an editing program"
    )
    analyze.add_argument(
        "--fps", default="30", metavar="R", help="frame rate of the markers (default: 30)"
    )
    analyze.add_argument("-o", "--out", type=Path, metavar="FILE", help="write to a file instead")


def _add_explain(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    explain = commands.add_parser(
        "explain",
        help="say which actions ran for a film and which were hits, and why",
        description="List the actions behind the film in OUT.",
        epilog=_EXPLAIN_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    explain.add_argument("out", type=Path, metavar="OUT", help="a folder that `onbeat make` wrote")


if __name__ == "__main__":
    sys.exit(main())
