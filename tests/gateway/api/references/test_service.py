"""References of tenants: handles, quotas, pins, files for whoever makes a film."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from services.gateway.api.keys.service import Quotas
from services.gateway.api.paging import Wanted
from services.gateway.api.problems import Problem
from services.gateway.api.references.service import Purpose
from services.gateway.api.services import Services
from shared.errors import InvalidInput
from shared.pins import Pins


async def test_a_reference_is_pinned_until_it_is_deleted(
    services: Services, tmp_path: Path
) -> None:
    tenant = services.keys.tenant(create=True)
    other = services.keys.tenant("other", create=True)
    path = tmp_path / "talk.txt"
    path.write_text("Hello there")
    made = await services.references.take(tenant, path, handle="talk", purpose=Purpose.TEXT)
    assert Pins(services.database).all()[0].digest == made.blob
    assert services.references.get(tenant, "@TALK") == made
    assert not services.references.is_there(other, made.id)
    assert services.references.list(other, Wanted()).items == ()
    with pytest.raises(Problem, match="is another"):
        await services.references.take(tenant, path, handle="Talk", purpose=Purpose.TEXT)
    folder = tmp_path / "work"
    folder.mkdir()
    with services.references.as_files(folder, [made]):
        assert (folder / made.id / "talk.txt").read_text() == "Hello there"
    services.references.delete(tenant, made.id)
    assert Pins(services.database).all() == ()
    assert not services.references.is_there(tenant, "@talk")


async def test_quotas_and_limits_are_kept(services: Services, tmp_path: Path) -> None:
    tenant = services.keys.tenant(create=True)
    full = dataclasses.replace(tenant, quotas=Quotas(references=0))
    small = dataclasses.replace(tenant, quotas=Quotas(storage_bytes=10))
    path = tmp_path / "talk.txt"
    path.write_text("Hello there, all of you")
    for poor in (full, small):
        with pytest.raises(Problem) as refused:
            await services.references.take(poor, path, handle=None, purpose=Purpose.TEXT)
        assert refused.value.code == "quota_exceeded"
    path.write_bytes(b"\xff\xff")
    with pytest.raises(InvalidInput) as bad:
        await services.references.take(tenant, path, handle=None, purpose=Purpose.TEXT)
    assert str(tmp_path) not in bad.value.message
    path.write_bytes(bytes(2 << 20))
    with pytest.raises(Problem, match="at most"):
        await services.references.take(tenant, path, handle=None, purpose=Purpose.TEXT)
