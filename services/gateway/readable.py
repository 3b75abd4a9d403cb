"""Files that a user has named: those that cannot be read are refused by their names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.errors import InvalidInput, NotFound


@contextmanager
def readable(path: Path, what: str) -> Iterator[None]:
    """A block that reads a file; `what` says in words what is expected of it.

    Raises `NotFound` where there is no such file, and `InvalidInput` for one that cannot be read.
    """
    try:
        yield
    except FileNotFoundError:
        raise NotFound(f"{path}: no such file; expected {what}") from None
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read: {error.strerror}") from None
