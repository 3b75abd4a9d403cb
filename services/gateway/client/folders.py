"""A revision as a film folder: all of its files, there by one rename."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.gateway.client.results import Revision
from services.gateway.film_folder import read_document, staged_folder
from shared.errors import InvalidInput

# Where report.json of a downloaded film says which film on which server it is.
ORIGIN = "server"


@contextmanager
def revision_folder(out: Path, revision: Revision, address: str) -> Iterator[Path]:
    """A folder to download a revision's files into; becomes `out` when the block ends well."""
    for name in revision.files:
        if Path(name).name != name or name.startswith("."):
            raise InvalidInput(f"the server names a file {name[:60]!r}; expected a name alone")
    with staged_folder(out) as folder:
        yield folder
        report = read_document(folder, "report.json")
        report[ORIGIN] = {"url": address, "film": revision.film, "revision": revision.id}
        text = json.dumps(report, indent=2, ensure_ascii=False, allow_nan=False)
        (folder / "report.json").write_text(text + "\n", encoding="utf-8")


def origin_of(folder: Path) -> dict[str, Any]:
    """Which film on which server a folder is: `url`, `film`, `revision`; raises `InvalidInput`."""
    found = read_document(folder, "report.json").get(ORIGIN)
    if not isinstance(found, dict) or not {"film", "revision"} <= found.keys():
        raise InvalidInput(
            f"{folder}: was not made by a server; leave out --server to edit it here"
        )
    return found
