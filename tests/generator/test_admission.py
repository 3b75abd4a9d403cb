from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from services.generator.admission import check_render
from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.motion import TimeKnot
from shared.shot import Accent, Framing, Grade, Move, MoveKind
from tests.generator.conftest import MakeRequest
from tests.shared.media.painting import numbered_video

KNOT = TimeKnot(2, Fraction(2, 30), Fraction(1, 30))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": MediaKind.AUDIO}, "kind audio"),
        ({"frames": 0}, "0 frames"),
        ({"start_seconds": Fraction(-1)}, "start of at least 0"),
        ({"speed": Fraction(0)}, "speed above 0"),
        ({"span": (2, 2)}, "frames 2 to 2; expected at least 1"),
        ({"span": (3, 1)}, "frames 3 to 1"),
        ({"span": (-4, 1)}, r"from -0\.133 s; the clip begins at 0 s"),
        ({"start_seconds": Fraction(1, 10), "span": (-4, 1)}, r"from -0\.033 s"),
        ({"framing": Framing(center_x=1.5)}, "outside the source"),
        ({"framing": Framing(zoom=0.5)}, "zoom is 0.5"),
        ({"framing": Framing(zoom=float("nan"))}, "zoom is nan"),
        ({"move": Move(MoveKind.PUSH_IN, 0.7)}, "amount is 0.7"),
        ({"grade": Grade(exposure_stops=2.5)}, "exposure_stops is 2.5; expected -2 to 2"),
        ({"grade": Grade(contrast=-0.1)}, "contrast is -0.1; expected 0 to 2"),
        ({"grade": Grade(saturation=3)}, "saturation is 3; expected 0 to 2"),
        ({"grade": Grade(warmth=float("nan"))}, "warmth is nan; expected -1 to 1"),
        ({"accents": (Accent(3, 1.0),)}, "accent at frame 3"),
        ({"accents": (Accent(0, 2.0),)}, "strength 2.0"),
        ({"kind": MediaKind.IMAGE, "time_map": (KNOT,)}, "kind image has a time map"),
        ({"time_map": (KNOT, KNOT)}, "frame 2 after frame 2"),
        ({"time_map": (replace(KNOT, seconds=Fraction(1, 30)),)}, "begins before the clip"),
        ({"time_map": (KNOT,), "span": (-1, 3)}, "begins before the clip"),
    ],
)
def test_requests_that_make_no_sense_are_refused(
    tmp_path: Path, make_request: MakeRequest, fields: dict[str, Any], message: str
) -> None:
    request = make_request(numbered_video(tmp_path / "v.mp4", 3), 3)
    check_render(request)
    with pytest.raises(InvalidInput, match=message):
        check_render(replace(request, **fields))


def test_the_ends_of_the_ranges_are_accepted(tmp_path: Path, make_request: MakeRequest) -> None:
    request = make_request(numbered_video(tmp_path / "v.mp4", 3), 3)
    check_render(replace(request, grade=Grade(-2, 0, 0, -1)))
    check_render(replace(request, grade=Grade(2, 2, 2, 1)))
    check_render(replace(request, time_map=(KNOT,)))
    check_render(replace(request, start_seconds=Fraction(4, 30), span=(-4, 7)))
    check_render(replace(request, kind=MediaKind.IMAGE, span=(-4, 7)))  # a photo has no beginning
