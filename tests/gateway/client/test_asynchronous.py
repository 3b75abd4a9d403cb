"""The client for asyncio against a real server: what differs from the other one."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.client import AsyncClient
from shared.errors import NotFound
from tests.gateway.api.conftest import Server
from tests.gateway.client.conftest import Made


async def test_a_film_is_followed_edited_and_downloaded(
    client_server: Server, made: Made, tmp_path: Path
) -> None:
    async with AsyncClient(client_server.address, client_server.key) as client:
        types = [event.type async for event in client.events(job=made.film.job)]
        assert types == list(made.events)
        edit = await client.edit(made.film.id, [{"op": "lock", "shot": "#1"}], branch="async")
        done = await client.wait(str(edit.job))
        assert done.result is not None
        out = tmp_path / "film"
        found = await client.download_film(made.film.id, out, revision=str(done.result["revision"]))
        assert found.branch == "async"
        assert (out / "film.mp4").stat().st_size > 1000
        with pytest.raises(NotFound):
            await client.film("film_nobody")


async def test_a_file_is_uploaded_in_parts_and_told_of(
    client_server: Server, tmp_path: Path
) -> None:
    script = tmp_path / "words.txt"
    script.write_text("one two\n" * 100)
    told: list[tuple[int, int]] = []
    async with AsyncClient(client_server.address, client_server.key) as client:
        made = await client.upload(
            script, purpose="text", told=lambda sent, size: told.append((sent, size))
        )
        assert (made.kind, made.size_bytes) == ("text", 800)
    assert told == [(800, 800)]
