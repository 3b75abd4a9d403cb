"""The service layer opens over an empty store, and says what is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.gateway.api.services import open_services
from shared.errors import InvalidInput
from shared.settings import Settings


async def test_it_opens_and_closes(tmp_path: Path) -> None:
    services = open_services(Settings(tmp_path / "new"))
    assert not services.keys.are_there()
    await services.close()


def test_a_store_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match="cannot be used"):
        open_services(Settings(tmp_path / "file" / "store"))
