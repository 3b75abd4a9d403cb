"""Uploads on disk: durable offsets, one writer, and what a restart finds."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.gateway.api.keys.service import Tenant
from services.gateway.api.problems import Problem
from services.gateway.api.references.service import Purpose
from services.gateway.api.services import Services

TEXT = b"Hello there, all of you"


async def pieces(*data: bytes) -> AsyncIterator[bytes]:
    for piece in data:
        yield piece


@pytest.fixture
def tenant(services: Services) -> Tenant:
    return services.keys.tenant(create=True)


async def test_what_is_written_beyond_the_offset_is_cut_off(
    services: Services, tenant: Tenant
) -> None:
    uploads = services.uploads
    made = uploads.create(tenant, "talk.txt", len(TEXT), "talk", Purpose.TEXT)
    await uploads.append(tenant, made.id, 0, pieces(TEXT[:5]))
    # As if the server had died between a write and its fsync.
    path = services.settings.store / "uploads" / made.id / "talk.txt"
    with path.open("ab") as file:
        file.write(b"never acknowledged")
    done = await uploads.append(tenant, made.id, 5, pieces(TEXT[5:9], TEXT[9:]))
    assert done.reference is not None
    kept = services.references.get(tenant, "@talk")
    assert services.blobs.read(kept.blob) == TEXT
    assert not path.parent.exists()


async def test_a_restart_takes_in_what_was_whole_and_forgets_the_rest(
    services: Services, tenant: Tenant
) -> None:
    uploads = services.uploads
    whole = uploads.create(tenant, "talk.txt", len(TEXT), None, Purpose.TEXT)
    old = uploads.create(tenant, "old.txt", len(TEXT), None, Purpose.TEXT)
    folder = services.settings.store / "uploads"
    (folder / whole.id / "talk.txt").write_bytes(TEXT)
    (folder / "once_left").mkdir()
    services.database.write(
        ("UPDATE uploads SET offset_bytes = :size WHERE id = :id", {"size": 23, "id": whole.id}),
        ("UPDATE uploads SET expires_at = 1 WHERE id = :id", {"id": old.id}),
    )
    with pytest.raises(Problem, match="expired"):
        uploads.get(tenant, old.id)
    await uploads.resume_all(services.keys.tenant)
    assert uploads.get(tenant, whole.id).reference is not None
    assert list(folder.iterdir()) == []
    with pytest.raises(Problem, match="no upload"):
        uploads.get(tenant, old.id)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    data=st.binary(min_size=1, max_size=2000),
    cuts=st.lists(st.tuples(st.integers(0, 2000), st.booleans()), max_size=8),
)
async def test_an_upload_goes_on_at_any_byte(
    services: Services, tenant: Tenant, data: bytes, cuts: list[tuple[int, bool]]
) -> None:
    uploads, at = services.uploads, 0
    text = base64.b64encode(data)
    made = uploads.create(tenant, "talk.txt", len(text), None, Purpose.TEXT)

    async def lost(*parts: bytes) -> AsyncIterator[bytes]:
        for part in parts:
            yield part
        raise ConnectionError

    for cut, is_lost in sorted(cuts):
        end = min(cut, len(text) - 1)
        if end < at:
            continue
        middle = (at + end) // 2
        parts = text[at:middle], text[middle:end]
        if is_lost:
            with pytest.raises(ConnectionError):
                await uploads.append(tenant, made.id, at, lost(*parts))
        else:
            await uploads.append(tenant, made.id, at, pieces(*parts))
        at = end
        assert uploads.get(tenant, made.id).offset_bytes == at, "what came is kept"
        with pytest.raises(Problem, match="goes on at byte"):
            await uploads.append(tenant, made.id, at + 1, pieces(b"x"))
    done = await uploads.append(tenant, made.id, at, pieces(text[at:]))
    assert services.blobs.read(services.references.get(tenant, str(done.reference)).blob) == text


async def test_one_writes_at_a_time(services: Services, tenant: Tenant) -> None:
    uploads = services.uploads
    made = uploads.create(tenant, "talk.txt", len(TEXT), None, Purpose.TEXT)

    async def meddling() -> AsyncIterator[bytes]:
        yield TEXT[:3]
        with pytest.raises(Problem, match="being written") as refused:
            await uploads.append(tenant, made.id, 0, pieces(TEXT))
        assert refused.value.status == 423
        yield TEXT[3:]

    assert (await uploads.append(tenant, made.id, 0, meddling())).reference is not None


async def test_a_file_that_is_sent_at_once_leaves_nothing_behind(
    services: Services, tenant: Tenant
) -> None:
    made = await services.uploads.take_at_once(tenant, "talk.txt", pieces(TEXT), None, Purpose.TEXT)
    assert made.size_bytes == len(TEXT)

    async def broken() -> AsyncIterator[bytes]:
        yield b"x"
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await services.uploads.take_at_once(tenant, "talk.txt", broken(), None, Purpose.TEXT)
    assert list((services.settings.store / "uploads").iterdir()) == []
