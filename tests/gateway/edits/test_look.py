"""Framing and grade: what is given is set, what is not given stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared.errors import InvalidInput
from shared.shot import Framing, Grade
from tests.gateway.edits.scenes import changed, edited, film, operation


def test_only_the_given_fields_change() -> None:
    before = film()
    framed = edited(before, "set_framing", shot="#1", zoom=2, center_y=0.25)
    old = before.shots[0]
    assert framed.shots[0] == replace(old, framing=Framing(old.framing.center_x, 0.25, 2.0))
    graded = edited(framed, "set_grade", shot="#1", warmth=-0.5)
    graded = edited(graded, "set_grade", shot="#1", exposure_stops=1, contrast=1.5, saturation=0)
    assert graded.shots[0].grade == Grade(1.0, 1.5, 0.0, -0.5)
    assert graded.shots[0].framing == framed.shots[0].framing
    assert changed(before, graded) == [old.id]


@pytest.mark.parametrize(
    ("op", "fields", "message"),
    [
        ("set_framing", {"zoom": 0.9}, "set_framing: zoom is 0.9; expected a number from 1 to 8"),
        ("set_framing", {"center_x": 1.1}, "center_x is 1.1; expected a number from 0 to 1"),
        ("set_framing", {}, "expected at least one of center_x, center_y, zoom"),
        ("set_grade", {"exposure_stops": 3}, "exposure_stops is 3.0; expected a number from -2 to"),
        ("set_grade", {"contrast": "high"}, "contrast is 'high'; expected a number from 0 to 2"),
        ("set_grade", {}, "at least one of exposure_stops, contrast, saturation, warmth"),
    ],
)
def test_out_of_bounds_is_refused(op: str, fields: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        operation(op, shot="#1", **fields)
