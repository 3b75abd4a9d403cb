"""Which shots a section means."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from services.gateway.edits.section import FilmSpan, shots_inside
from shared.errors import InvalidInput
from tests.gateway.edits.scenes import SYNC_MAP, film, operation


def test_shots_whose_middle_lies_inside_or_the_one_around_the_middle() -> None:
    timeline = film()
    starts = (*timeline.start_frames(), timeline.frame_count)
    middle = Fraction(starts[2] + starts[3], 60)
    tick = Fraction(1, 1000)
    assert shots_inside(None, timeline, None, "op") == set(range(len(timeline.shots)))
    assert shots_inside(FilmSpan(Fraction(0), middle + tick), timeline, None, "op") == {0, 1, 2}
    assert shots_inside(FilmSpan(Fraction(0), middle), timeline, None, "op") == {0, 1}
    assert shots_inside(FilmSpan(middle - 2 * tick, middle - tick), timeline, None, "op") == {2}
    whole = FilmSpan(Fraction(0), Fraction(999))
    assert shots_inside(whole, timeline, None, "op") == set(range(len(timeline.shots)))


def test_labels_are_looked_up_in_the_song() -> None:
    timeline = film()
    verse = shots_inside("verse", timeline, SYNC_MAP, "op")
    chorus = shots_inside("chorus", timeline, SYNC_MAP, "op")
    outro = shots_inside("outro", timeline, SYNC_MAP, "op")
    assert sorted([*verse, *chorus, *outro]) == list(range(len(timeline.shots)))
    assert max(verse) < min(chorus) < max(chorus) < min(outro)
    with pytest.raises(InvalidInput, match=r"no section 'bridge' plays .*has chorus, outro, verse"):
        shots_inside("bridge", timeline, SYNC_MAP, "op")
    with pytest.raises(InvalidInput, match="no sections were heard"):
        shots_inside("verse", timeline, replace(SYNC_MAP, sections=()), "op")


def test_a_section_after_the_film_is_refused_with_figures() -> None:
    with pytest.raises(InvalidInput, match=r"starts at 21 s; the film ends at 20\.00 s"):
        shots_inside(FilmSpan(Fraction(21), Fraction(22)), film(), None, "op")


@pytest.mark.parametrize(
    "section",
    [
        "",
        3,
        [0, 1],
        {"start_seconds": 1},
        {"start_seconds": 2, "end_seconds": 2},
        {"start_seconds": -1, "end_seconds": 2},
        {"start_seconds": "0", "end_seconds": 2},
        {"start_seconds": 0, "end_seconds": 2, "label": "x"},
    ],
)
def test_other_forms_are_refused(section: object) -> None:
    with pytest.raises(InvalidInput, match=r"set_pacing: section is .*; expected the label"):
        operation("set_pacing", pacing="calm", section=section)
