from __future__ import annotations

import pytest

from shared.set_lines import Box, Part, SetLine, around, centred, extent, moved

LINE = SetLine("x", Part.LINE, False, 10, 0, 100, 50, 40, 7, 3)


def test_boxes_overlap_by_the_share_of_the_first() -> None:
    box = Box(0, 0, 10, 10)
    assert box.overlap(Box(5, 5, 20, 20)) == pytest.approx(0.25)
    assert Box(5, 5, 7, 7).overlap(box) == pytest.approx(1)
    assert box.overlap(Box(10, 0, 20, 10)) == box.overlap(Box(20, 20, 30, 30)) == 0
    assert Box(1, 1, 1, 5).overlap(box) == 0
    assert box.grown(1, 2) == Box(-1, -2, 11, 12)


def test_lines_reach_from_capitals_to_descenders() -> None:
    assert LINE.box == Box(100, 43, 140, 53)
    assert centred(LINE, 60).x == 40
    lower = moved(LINE, 10, 20)
    assert extent([LINE, lower]) == (43, 73)
    assert around([LINE, lower]) == Box(100, 43, 150, 73)
