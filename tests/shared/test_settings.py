"""Settings come from the environment, with defaults that work on any machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import InvalidInput
from shared.settings import Settings


def test_the_store_is_where_the_environment_says(tmp_path: Path) -> None:
    settings = Settings.from_environment({"ONBEAT_STORE": str(tmp_path), "ONBEAT_WORKERS": "3"})
    assert settings.store == tmp_path
    assert settings.workers == 3
    assert settings.blobs_folder.is_relative_to(tmp_path)
    assert settings.database_path.is_relative_to(tmp_path)


def test_without_it_a_folder_of_the_user_is_taken() -> None:
    settings = Settings.from_environment({})
    assert settings.store.is_absolute()
    assert settings.store.name == "onbeat"
    assert settings.workers >= 1


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5"])
def test_odd_numbers_are_refused_by_name(value: str) -> None:
    with pytest.raises(InvalidInput, match=r"ONBEAT_WORKERS=.*expected a whole number"):
        Settings.from_environment({"ONBEAT_WORKERS": value})
