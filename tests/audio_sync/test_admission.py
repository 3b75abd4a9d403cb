from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from services.audio_sync.admission import check_request
from shared.brief import Pacing
from shared.errors import InvalidInput
from shared.requests import PlanCutsRequest

REQUEST = PlanCutsRequest(None, Pacing.STEADY, Fraction(25), 0, 100)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"frame_count": 0}, "a film of 0 frames"),
        ({"window_start_sample": -1}, "starts at sample -1"),
        ({"fixed_frames": (0, 50, 100)}, r"fixed cuts at frames \[0, 100\]"),
        ({"lead_frames": 4}, "lead by 4 frames; expected 0 to 3"),
        ({"lead_frames": -1}, "lead by -1 frames"),
        ({"locked_spans": ((20, 20),)}, "locked span 20 to 20 is not inside"),
        ({"locked_spans": ((90, 101),)}, "locked span 90 to 101 is not inside"),
        ({"locked_spans": ((40, 60), (10, 41))}, "overlap from frame 40 to 41"),
    ],
)
def test_what_cannot_be_planned_is_said(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        check_request(replace(REQUEST, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"locked_spans": ((0, 40), (40, 100))},
        {"fixed_frames": (1, 99), "lead_frames": 3, "window_start_sample": None},
    ],
)
def test_what_can_be_planned_passes(changes: dict[str, Any]) -> None:
    check_request(replace(REQUEST, **changes))
