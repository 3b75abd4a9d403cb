"""What is checked of a file before it comes, whichever way it comes."""

from __future__ import annotations

import dataclasses
import time

import pytest

from services.gateway.api.ids import new_id
from services.gateway.api.keys.service import Quotas
from services.gateway.api.problems import Problem
from services.gateway.api.references.announced import Announced, add_row, check_announced
from services.gateway.api.references.service import Purpose
from services.gateway.api.services import Services
from shared.errors import InvalidInput

FILE = Announced("talk.txt", 5, "talk", Purpose.TEXT)


@pytest.mark.parametrize(
    ("size_bytes", "status", "code"),
    [(0, 422, "invalid_input"), (-1, 422, "invalid_input"), (101, 413, "too_large")],
)
def test_a_size_that_cannot_be_is_refused(
    services: Services, size_bytes: int, status: int, code: str
) -> None:
    tenant = services.keys.tenant(create=True)
    file = dataclasses.replace(FILE, size_bytes=size_bytes)
    with pytest.raises(Problem) as refused:
        check_announced(services.database, services.references, tenant, file, 100)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert "expected 1 to 100" in refused.value.detail


def test_a_name_leads_into_no_other_folder(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    file = dataclasses.replace(FILE, filename="../../etc/talk.txt")
    with pytest.raises(InvalidInput, match="without a path"):
        check_announced(services.database, services.references, tenant, file, 100)


def test_unfinished_ones_count_until_they_expire(services: Services) -> None:
    tenant = services.keys.tenant(create=True)
    few = dataclasses.replace(tenant, quotas=Quotas(unfinished_uploads=1))
    file = check_announced(services.database, services.references, few, FILE, 100)
    assert file == FILE
    expired, lasting = new_id("up"), new_id("up")
    add_row(services.database, tenant, expired, file, -1)
    assert check_announced(services.database, services.references, few, FILE, 100) == file
    add_row(services.database, tenant, lasting, file, 60)
    with pytest.raises(Problem) as refused:
        check_announced(services.database, services.references, few, FILE, 100)
    assert refused.value.status == 429
    ((at,),) = services.database.read(
        "SELECT expires_at FROM uploads WHERE id = :id", {"id": lasting}
    )
    assert 0 < at - time.time() <= 60
