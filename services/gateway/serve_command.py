"""`onbeat serve`: the HTTP API with everything it needs, in one command; `onbeat keys`."""

from __future__ import annotations

import argparse
import dataclasses
import ipaddress
import sys
from pathlib import Path

from shared.errors import InvalidInput
from shared.settings import Settings

_FILMS = 2
_EXAMPLES = """\
examples:
  onbeat serve                                  # http://127.0.0.1:8720; prints a key once
  onbeat serve --no-auth                        # no keys, for this machine only
  onbeat serve --host 0.0.0.0 --port 80 --store /srv/onbeat

Stopped or killed, it goes on with unfinished jobs when it is started again. docs/api.md
"""
_KEY_EXAMPLES = """\
examples:
  onbeat keys create "edit bay" --scope write
  onbeat keys create studio --tenant acme --scope admin
  onbeat keys list
  onbeat keys revoke key_0cq1...
"""


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands `serve` and `keys`."""
    raw = argparse.RawDescriptionHelpFormatter
    serve = commands.add_parser(
        "serve",
        help="serve the HTTP API, with everything embedded",
        description="Serve the HTTP API; films are made by worker processes of this command.",
        epilog=_EXAMPLES,
        formatter_class=raw,
    )
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on")
    serve.add_argument("--port", type=int, default=8720, help="port, 0 for any free one")
    serve.add_argument("--store", type=Path, metavar="DIR", help="instead of $ONBEAT_STORE")
    serve.add_argument(
        "--films",
        type=int,
        metavar="N",
        help="films at a time (2); does not apply where films go through a queue (docs/queue.md)",
    )
    serve.add_argument("--no-auth", action="store_true", help="no keys; loopback addresses only")
    serve.add_argument(
        "--allow-private-webhooks",
        action="store_true",
        help="let webhooks lead to private addresses, and to http",
    )
    keys = commands.add_parser(
        "keys",
        help="make, list and revoke API keys",
        description="API keys of tenants, for `onbeat serve`.",
        epilog=_KEY_EXAMPLES,
        formatter_class=raw,
    )
    words = keys.add_subparsers(dest="keys_command", metavar="WHAT", required=True)
    create = words.add_parser("create", help="make a key; its secret is printed once")
    create.add_argument("name", help="what it is for")
    create.add_argument("--scope", default="write", help="read, write or admin (default: write)")
    revoke = words.add_parser("revoke", help="end a key at once")
    revoke.add_argument("key", help="its id")
    for word in (create, words.add_parser("list", help="list keys"), revoke):
        word.add_argument("--tenant", default="default", help="whose (default: default)")


def serve(options: argparse.Namespace) -> int:
    """Run `onbeat serve` until it is stopped; returns the exit code."""
    from services.gateway.api.app import Options
    from services.gateway.api.services import open_services
    from services.gateway.api.serving import run
    from shared import telemetry
    from shared.queue.settings import QueueSettings
    from shared.turns import FILMS

    if options.no_auth and not _is_loopback(options.host):
        raise InvalidInput(f"--no-auth: {options.host} is not a loopback address")
    films = _FILMS if options.films is None else options.films
    if not 1 <= films <= 64 or not 0 <= options.port <= 65535:
        raise InvalidInput("expected --films 1 to 64, and --port 0 to 65535")
    settings, queue = Settings.from_environment(), QueueSettings.from_environment()
    if options.store is not None:
        settings = dataclasses.replace(settings, store=options.store.expanduser().absolute())
    telemetry.start("onbeat-gateway", serves=True)
    services = open_services(settings)
    tenant = services.keys.tenant(create=True)
    if not options.no_auth and not services.keys.are_there():
        from services.gateway.api.keys.service import Scope

        _, secret = services.keys.create(tenant, "first", Scope.ADMIN)
        print(f"first key (shown this once): {secret}", flush=True)
    served = Options(
        needs_key=not options.no_auth,
        film_workers=films,
        allow_private_webhooks=options.allow_private_webhooks,
        queue=queue,
    )
    if queue.hands(FILMS):
        also = "; --films does not apply" if options.films is not None else ""
        print(
            f"films go through the queue {queue.prefix}{FILMS} of {queue.address}: no film worker "
            f"is started here{also}",
            flush=True,
        )
    return run(services, served, options.host, options.port)


def keys(options: argparse.Namespace) -> int:
    """Run `onbeat keys`; returns the exit code."""
    from rich.console import Console
    from rich.table import Table

    from services.gateway.api.keys.service import parse_scope
    from services.gateway.api.services import open_services

    services = open_services(Settings.from_environment())
    try:
        is_new = options.keys_command == "create"
        tenant = services.keys.tenant(options.tenant, create=is_new)
        if options.keys_command == "create":
            key, secret = services.keys.create(tenant, options.name, parse_scope(options.scope))
            print(f"{key.id}  {' '.join(key.scopes)}", file=sys.stderr)
            print(secret)
        elif options.keys_command == "revoke":
            print(f"revoked {services.keys.revoke(tenant, options.key).id}")
        else:
            table = Table("id", "name", "scopes", "", box=None, pad_edge=False)
            for key in services.keys.list(tenant):
                state = "revoked" if key.revoked_at else ""
                table.add_row(key.id, key.name, " ".join(key.scopes), state)
            Console(soft_wrap=True, markup=False).print(table, highlight=False)
    finally:
        services.database.dispose()
    return 0


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
