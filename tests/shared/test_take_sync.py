"""What was found of a take survives its file, also when that is nothing."""

from __future__ import annotations

import pytest

from shared.schema import from_json, to_json
from shared.take_sync import TakeSync


@pytest.mark.parametrize(
    "found",
    [
        TakeSync(-480_000.25, 12.5, 0.9, True, "28 of 28 windows agree within 1.5 ms"),
        TakeSync(None, None, 0.0, False, "the take is silent"),
    ],
)
def test_it_survives_its_file(found: TakeSync) -> None:
    assert from_json(TakeSync, to_json(found)) == found
