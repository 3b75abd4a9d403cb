"""Lists in pages: the newest first, and a cursor that is the last id of the page before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from services.gateway.api.ids import is_id
from services.gateway.api.problems import Problem
from shared.database import Database

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Page(Generic[_T]):
    """Some items of a list; `next_cursor` leads to those after them, None at the end."""

    items: tuple[_T, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page is asked for."""

    limit: int = DEFAULT_LIMIT
    after: str | None = None


def read_page(
    database: Database,
    columns: str,
    table: str,
    prefix: str,
    where: str,
    values: Mapping[str, Any],
    wanted: Wanted,
) -> Page[Any]:
    """Rows of a table with an `id`, the newest first, of those that `where` takes."""
    asked: dict[str, Any] = {**values, "limit": wanted.limit + 1}
    if wanted.after is not None:
        if not is_id(prefix, wanted.after):
            raise Problem(400, "bad_cursor", f"cursor {wanted.after[:80]!r} is not one of ours")
        where += " AND id < :after"
        asked["after"] = wanted.after
    rows = database.read(
        f"SELECT {columns} FROM {table} WHERE {where} ORDER BY id DESC LIMIT :limit", asked
    )
    more = len(rows) > wanted.limit
    page = tuple(rows[: wanted.limit])
    return Page(page, page[-1]["id"] if more else None)
