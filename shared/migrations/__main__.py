"""`python -m shared.migrations upgrade|downgrade|current [REVISION]`: the tables of the store.

The store is that of the settings (ONBEAT_DATABASE, else SQLite in ONBEAT_STORE).
"""

from __future__ import annotations

import argparse
import sys

from shared.errors import OnbeatError
from shared.migrations import run
from shared.settings import Settings


def main(words: list[str] | None = None) -> int:
    """Perform one command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m shared.migrations", description=__doc__)
    parser.add_argument("command", choices=["upgrade", "downgrade", "current"])
    parser.add_argument("revision", nargs="?", help="a version; default: the last, or none")
    arguments = parser.parse_args(words)
    try:
        settings = Settings.from_environment()
        where = settings.database or settings.database_path
        if not settings.database:
            settings.store.mkdir(parents=True, exist_ok=True)
        if arguments.command == "upgrade":
            found = run.upgrade(where, arguments.revision or "head")
        elif arguments.command == "downgrade":
            found = run.downgrade(where, arguments.revision or "base")
        else:
            found = run.current(where)
    except OnbeatError as error:
        print(f"migrations: {error.message}", file=sys.stderr)
        return error.exit_code
    print(f"version {found or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
