"""`onbeat make`, `edit` and `explain` with `--server`: the same words, done by a server."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shared.errors import InvalidInput

if TYPE_CHECKING:
    from services.gateway.client import Client, Event

_COMMANDS = ("make", "edit", "explain")
ADDRESS, KEY = "ONBEAT_SERVER", "ONBEAT_API_KEY"


def add_flags(
    parser: argparse.ArgumentParser, commands: argparse._SubParsersAction[argparse.ArgumentParser]
) -> None:
    """Add `--server`, before the command or after it where a server can do that."""
    said = f"let a server do it (default: ${ADDRESS}, else here); its key is ${KEY}"
    parser.add_argument("--server", metavar="URL", help=f"make, edit, explain: {said}")
    for name in _COMMANDS:
        # Without a default of its own, so that it does not undo the one before the command.
        commands.choices[name].add_argument(
            "--server", metavar="URL", default=argparse.SUPPRESS, help=said
        )


def server_of(options: argparse.Namespace) -> str | None:
    """The server that is to do a command, None to do it here; "" says here as well."""
    if options.command not in _COMMANDS:
        return None
    given = options.server if options.server is not None else os.environ.get(ADDRESS)
    return given or None


def run(options: argparse.Namespace, server: str) -> int:
    """Do a command on a server; returns the exit code."""
    from services.gateway.client import Client

    work = {"make": make, "edit": edit, "explain": explain}[options.command]
    with Client(server, os.environ.get(KEY)) as client:
        return work(options, client)


def make(options: argparse.Namespace, client: Client) -> int:
    """`onbeat make --server`: files are uploaded, the film comes back as the folder OUT."""
    from services.gateway.server_brief import brief_and_files

    if options.takes is not None:
        raise InvalidInput("--takes: a server makes one film at a time; leave out one of the two")
    _refuse_verify(options)
    document, files = brief_and_files(options)
    told = _say(options)
    ids = {}
    for path, purpose in files.items():
        told(f"Sending {path.name}")
        ids[path] = client.upload(path, purpose=purpose).id
    film = client.create_film(
        document(ids), name=options.out.name[:200] or "film", draft=options.draft
    )
    _follow(client, film.job, options)
    client.download_film(film.id, options.out)
    _summary(options)
    return 0


def edit(options: argparse.Namespace, client: Client) -> int:
    """`onbeat edit --server`: the film in OUT is one that a server made."""
    from services.gateway.client.folders import origin_of
    from services.gateway.edits.parse import operation_document, parse_operations

    if options.out is None and not options.dry_run:
        raise InvalidInput("edit: expected -o OUT2 for the new film, or --dry-run")
    if bool(options.words) == bool(options.operations):
        raise InvalidInput('edit: expected either words ("keep shots 1 to 4") or --op')
    _refuse_verify(options)
    origin = origin_of(options.source)
    what: str | list[Mapping[str, Any]] = " ".join(options.words)
    if options.operations:
        what = [operation_document(item) for item in parse_operations(options.operations)]
    film, parent = str(origin["film"]), str(origin["revision"])
    branch = client.revision(film, parent).branch
    made = client.edit(film, what, parent=parent, branch=branch, dry_run=options.dry_run)
    told = _say(options)
    for wish in made.understood:
        told(f"“{wish['said']}”: {'; '.join(wish['says'])}")
    if options.dry_run:
        _print_preview(made.preview or {})
        return 0
    done = _follow(client, made.job, options)
    client.download_film(film, options.out, revision=str(done["revision"]))
    _summary(options)
    return 0


def explain(options: argparse.Namespace, client: Client) -> int:
    """`onbeat explain --server`: of a folder, or of a film by its id on the server."""
    import json

    from services.gateway.explain_command import explain as explain_folder

    name = str(options.out)
    if options.out.exists() or not name.startswith("film_"):
        return explain_folder(options)
    with tempfile.TemporaryDirectory(prefix="onbeat-report-") as folder:
        path = Path(folder) / "report.json"
        path.write_text(json.dumps(client.report(name)), encoding="utf-8")
        return explain_folder(argparse.Namespace(**{**vars(options), "out": Path(folder)}))


def _follow(client: Client, job: str | None, options: argparse.Namespace) -> Mapping[str, Any]:
    """Wait for a job, showing how far it is; Ctrl-C stops it on the server too."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<24}"), BarColumn(bar_width=32), TimeElapsedColumn())
    is_shown = console.is_terminal and not options.quiet
    with Progress(*columns, console=console, transient=True, disable=not is_shown) as bars:
        bar = bars.add_task("waiting", total=1.0)

        def watch(event: Event) -> None:
            data = event.data
            if event.type == "job.progress":
                bars.update(bar, completed=data["progress"], description=data["stage"] or "working")

        try:
            return client.wait(str(job), watch).result or {}
        except KeyboardInterrupt:
            client.cancel(str(job))
            raise


def _summary(options: argparse.Namespace) -> None:
    from services.gateway.film_folder import read_document
    from services.gateway.film_summary import print_summary

    if not options.quiet:
        print_summary(options.out, read_document(options.out, "report.json"))


def _print_preview(preview: Mapping[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("", "action", "for", "what changed", "CPU s", box=None, pad_edge=False)
    for line in preview.get("lines", []):
        if line["fate"] != "kept":
            seconds = "" if line["cpu_seconds"] is None else f"{line['cpu_seconds']:.1f}"
            changed = ", ".join(line["changed"])
            table.add_row(line["fate"], line["action"], line["subject"], changed, seconds)
    console = Console(soft_wrap=True)
    console.print(table, highlight=False, markup=False)
    console.print(
        f"\n{preview['will_run']} will run, {preview['may_run']} may run, {preview['in_store']} "
        f"are in the store, {preview['kept']} clips are kept; about "
        f"{preview['cpu_seconds']:.1f} CPU seconds",
        highlight=False,
    )


def _say(options: argparse.Namespace) -> Callable[[str], None]:
    from rich.console import Console

    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    return (lambda text: None) if options.quiet else console.print


def _refuse_verify(options: argparse.Namespace) -> None:
    if options.verify == "full":
        raise InvalidInput("--verify full: a server verifies what is new; leave out one of the two")
