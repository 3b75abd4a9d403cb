"""That both connections are asked and asked again alike: their code is the same but for await."""

from __future__ import annotations

import re
from pathlib import Path

from services.gateway.client import asynchronous, asynchronous_connection, client, connection


def plain(path: str | None) -> list[str]:
    """The code of a module without what asyncio needs; imports, docstrings and layout aside."""
    text = re.sub(r'""".*?"""', "", Path(str(path)).read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"\b(async|await) ", "", text)
    for word, other in {
        "asynchronous_connection": "connection",
        "asynccontextmanager": "contextmanager",
        "AsyncIterator": "Iterator",
        "AsyncConnection": "Connection",
        "AsyncBaseTransport": "BaseTransport",
        "AsyncClient": "Client",
        "asyncio": "time",
        "__aenter__": "__enter__",
        "__aexit__": "__exit__",
        "aclose": "close",
        "aread": "read",
        "aiter_": "iter_",
    }.items():
        text = text.replace(word, other)
    lines = (line for line in text.splitlines() if not re.match(r"(from|import) ", line))
    return re.findall(r"\w+", "".join(lines))


def test_they_are_the_same_but_for_await() -> None:
    assert plain(asynchronous_connection.__file__) == plain(connection.__file__)
    assert plain(asynchronous.__file__) == plain(client.__file__)
