"""The command `onbeat`: which words there are, and who does them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

# Everything else is imported inside `main`, so that Ctrl-C meanwhile is Ctrl-C and no traceback,
# and so that `onbeat --help` does not wait for what it does not need.
from shared.errors import Cancelled, OnbeatError

_EPILOG = """\
start here:
  onbeat make --song track.mp3 --ref ride.mp4 --ref coast.jpg -o first-cut
  onbeat edit first-cut "make the chorus faster, warmer grade" -o second-cut

Every command has --help with examples. The store is $ONBEAT_STORE, else a per-user data folder;
$ONBEAT_WORKERS is the number of worker processes.
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
        doctor,
        edit_command,
        encode_command,
        explain_command,
        look_command,
        make_command,
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
        "make": make_command.make,
        "edit": edit_command.edit,
        "analyze": analyze_command.analyze,
        "explain": explain_command.explain,
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
    from services.gateway import (
        analyze_command,
        doctor,
        edit_command,
        encode_command,
        explain_command,
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
        "what you keep stays\nbyte-identical, and only what changed is made again.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    # In the order in which help lists them, and somebody new may need them.
    add_make(commands)
    edit_command.add_parser(commands)
    explain_command.add_parser(commands)
    versions_command.add_parsers(commands)
    batch_command.add_parser(commands)
    handover_command.add_parser(commands)
    look_command.add_parser(commands)
    provenance_command.add_parser(commands)
    analyze_command.add_parser(commands)
    encode_command.add_parser(commands)
    store_command.add_parser(commands)
    serve_command.add_parsers(commands)
    doctor.add_parser(commands)
    server_command.add_flags(parser, commands)
    return parser


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str, **_: Any) -> None:
        said = "show program's version number and exit"
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, help=said)

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        import importlib.metadata

        print(f"onbeat {importlib.metadata.version('onbeat')}")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
