"""Tables of colours given as .cube files: read, checked, put into the store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from services.gateway.readable import readable
from shared.blobs import BlobStore
from shared.digest import Digest
from shared.errors import InvalidInput

if TYPE_CHECKING:
    from services.gateway.edits.operation import Operation

_SUFFIX = ".cube"


def read_cube_file(path: Path) -> bytes:
    """The bytes of a .cube file that can be used as it is.

    Raises `NotFound` and `InvalidInput`, naming the file and, in it, the line.
    """
    from shared.look.cube_file import MAX_CUBE_BYTES, parse_cube

    if path.suffix.lower() != _SUFFIX:
        raise InvalidInput(f"{path}: expected a table in the .cube format, named {_SUFFIX}")
    with readable(path, "a table in the .cube format"), path.open("rb") as file:
        data = file.read(MAX_CUBE_BYTES + 1)
    try:
        parse_cube(data)
    except InvalidInput as error:
        raise error.about(str(path)) from None
    return data


async def store_cubes(blobs: BlobStore, paths: Iterable[Path | None]) -> dict[Path, Digest]:
    """Digests of .cube files in the store, by their paths; raises what `read_cube_file` raises."""
    wanted = dict.fromkeys(path for path in paths if path is not None)
    return {path: blobs.put(await asyncio.to_thread(read_cube_file, path)) for path in wanted}


def read_looks(operations: Sequence[Operation]) -> dict[str, bytes]:
    """What the .cube files that edits name hold, by the names; raises what `read_cube_file` does.

    Only the command line reads files that an operation names: it runs as whoever gave it.
    """
    from services.gateway.edits.look import look_names

    return {name: read_cube_file(Path(name)) for name in dict.fromkeys(look_names(operations))}
