"""`adjust_grade` adds to the grades of a film or a section, and leaves locked shots alone."""

from __future__ import annotations

import pytest

from services.gateway.edits.section import shots_inside
from shared.errors import Conflict, InvalidInput
from shared.shot import Grade
from tests.gateway.edits.scenes import SYNC_MAP, edited, film


def test_every_open_shot_is_graded_and_nothing_else_changes() -> None:
    before = edited(edited(film(), "lock", shot="#2"), "set_grade", shot="#1", warmth=0.9)
    after = edited(before, "adjust_grade", warmth=0.3, contrast=-0.1)
    assert after.shots[1] == before.shots[1]
    assert after.shots[0].grade.warmth == 1.0  # the end of the range
    assert {shot.grade for shot in after.shots[2:]} == {Grade(warmth=0.3, contrast=0.9)}
    assert after.start_frames() == before.start_frames()


def test_a_section_is_graded_alone() -> None:
    before = film()
    after = edited(before, "adjust_grade", section="chorus", saturation=-2.0)
    inside = shots_inside("chorus", before, SYNC_MAP, "adjust_grade")
    grey = {i for i, shot in enumerate(after.shots) if shot.grade.saturation == 0}
    assert grey == inside != set(range(len(before.shots)))


def test_nothing_to_grade_is_refused() -> None:
    with pytest.raises(InvalidInput, match="at least one of"):
        edited(film(), "adjust_grade", section="chorus")
    locked = film()
    for number in range(1, len(locked.shots) + 1):
        locked = edited(locked, "lock", shot=f"#{number}")
    with pytest.raises(Conflict, match="adjust_grade: every shot there is locked"):
        edited(locked, "adjust_grade", warmth=0.1)
    with pytest.raises(InvalidInput, match="adjust_grade: no section 'bridge'"):
        edited(film(), "adjust_grade", section="bridge", warmth=0.1)
