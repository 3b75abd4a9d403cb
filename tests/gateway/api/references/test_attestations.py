"""Attestations hold for their own tenant, until they are taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.api.problems import Problem
from services.gateway.api.references.service import Purpose
from services.gateway.api.services import Services
from shared.errors import InvalidInput


async def test_work_is_checked_by_those_that_hold(services: Services, tmp_path: Path) -> None:
    tenant = services.keys.tenant(create=True)
    other = services.keys.tenant("other", create=True)
    path = tmp_path / "talk.txt"
    path.write_text("Hello there")
    reference = await services.references.take(tenant, path, handle=None, purpose=Purpose.TEXT)
    when = "2026-05-01T12:00:00+00:00"
    made = services.attestations.add(tenant, reference.id, "Ada", when)
    (holds,) = services.attestations.of(tenant)
    assert (holds.tenant, holds.reference) == (tenant.id, reference.blob)
    assert services.attestations.of(other) == ()
    with pytest.raises(Problem):
        services.attestations.add(other, reference.id, "Eve", when)
    with pytest.raises(InvalidInput, match="signer"):
        services.attestations.add(tenant, reference.id, " ", when)
    services.attestations.revoke(tenant, made["id"])
    assert services.attestations.of(tenant) == ()
