from __future__ import annotations

from typing import Any

import pytest

from services.gateway.page.flash_section import flash_section

CALM = {"flashes": 0.0, "passes": True, "start_seconds": 0.0}


@pytest.mark.parametrize(
    ("general", "passes", "said"),
    [
        (CALM, True, "Safe: no flashes; no red flashes, at most 3"),
        (
            {"flashes": 4.5, "passes": False, "start_seconds": 12.5},
            False,
            "Not safe: 4.5 flashes in the worst second, from 12.50 s; no red flashes",
        ),
        (None, None, "Not wholly measured: flashes were not measured"),
    ],
)
def test_the_verdict_is_said_first(
    general: dict[str, Any] | None, passes: bool | None, said: str
) -> None:
    found = {"limit_per_second": 3, "passes": passes, "general": general, "red": CALM}
    assert said in str(flash_section({"flashes": found}))


def test_reports_of_earlier_versions_have_no_section() -> None:
    assert flash_section({}) is None
    assert flash_section({"flashes": None}) is None
