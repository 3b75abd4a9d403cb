"""Work that is done again for every blob found damaged or gone, and not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from services.gateway.made_film import healing
from shared.errors import InvalidInput, MissingBlob


def work(found: Iterator[Exception | str]) -> str:
    async def once() -> str:
        item = next(found)
        if isinstance(item, Exception):
            raise item
        return item

    return asyncio.run(healing(once))


def missing(digest: str | None) -> MissingBlob:
    error = MissingBlob("a blob is gone")
    error.digest = digest
    return error


def test_each_round_may_find_another_blob_missing() -> None:
    assert work(iter([missing("one"), missing("other"), "film"])) == "film"


@pytest.mark.parametrize("digests", [("one", "one"), ("one", "other", "one"), (None,)])
def test_what_is_missing_again_or_not_known_is_told(digests: tuple[str | None, ...]) -> None:
    rounds: list[Exception | str] = [missing(digest) for digest in digests]
    with pytest.raises(MissingBlob):
        work(iter([*rounds, "film"]))


def test_other_errors_are_told_at_once() -> None:
    with pytest.raises(InvalidInput, match="wide"):
        work(iter([InvalidInput("wide"), "film"]))
