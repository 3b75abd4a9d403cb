"""One file as output: written beside its place, then there by one rename."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.errors import InvalidInput, Unavailable


@contextmanager
def written_file(out: Path, *suffixes: str) -> Iterator[Path]:
    """A path to write to that becomes `out` when the block ends without an error.

    Raises `InvalidInput` at once for a name with none of the `suffixes`, a folder, or a folder
    that is not there; `Unavailable` where the disk does not take it.
    """
    if out.suffix.lower() not in suffixes:
        raise InvalidInput(f"{out}: expected a name that ends in {' or '.join(suffixes)}")
    if out.is_dir():
        raise InvalidInput(f"{out}: is a folder; expected the name of a file")
    if not out.absolute().parent.is_dir():
        raise InvalidInput(f"{out}: its folder is not there; expected one that is")
    try:
        with tempfile.TemporaryDirectory(prefix=".onbeat-", dir=out.absolute().parent) as folder:
            path = Path(folder) / f"part{out.suffix}"
            yield path
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
            path.replace(out)
    except (ConnectionError, TimeoutError):
        raise
    except OSError as error:
        raise Unavailable(f"{out}: cannot be written: {error.strerror or error}") from error
