"""Characters of one tenant."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.api.problems import Problem
from services.gateway.api.references.service import Purpose
from services.gateway.api.services import Services
from services.gateway.compat.openai_videos.characters import (
    character_handle,
    character_reference,
    get_character,
    name_character,
)


async def test_a_reference_becomes_a_character_and_keeps_what_was_probed(
    services: Services, tmp_path: Path
) -> None:
    tenant = services.keys.tenant(create=True)
    script = tmp_path / "fox.txt"
    script.write_text("a fox\n")
    handle = character_handle(services, tenant, "Mossy fox")
    taken = await services.references.take(tenant, script, handle=handle, purpose=Purpose.TEXT)
    made = name_character(services, tenant, taken, "Mossy fox")
    assert made["name"] == "Mossy fox"
    assert get_character(services, tenant, made["id"]) == made
    assert character_reference(services, tenant, made["id"]).id == taken.id
    assert character_handle(services, tenant, "Mossy fox") is None
    stranger = services.keys.tenant("stranger", create=True)
    for owner, id_ in ((stranger, made["id"]), (tenant, taken.id), (tenant, "char_nobody")):
        with pytest.raises(Problem, match="no character"):
            get_character(services, owner, id_)


async def test_a_reference_that_nobody_named_is_no_character(
    services: Services, tmp_path: Path
) -> None:
    tenant = services.keys.tenant(create=True)
    (tmp_path / "a.txt").write_text("a\n")
    taken = await services.references.take(
        tenant, tmp_path / "a.txt", handle=None, purpose=Purpose.TEXT
    )
    with pytest.raises(Problem, match="no character"):
        get_character(services, tenant, f"char_{taken.id.partition('_')[2]}")
