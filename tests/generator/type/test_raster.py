from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from services.generator.type.raster import (
    Frame,
    blurred,
    cover_box,
    cover_line,
    frame_around,
    thickened,
    words_of,
)
from shared.brief import Size
from shared.set_lines import Box, SetLine
from shared.typesetting import set_type
from tests.shared.typed import faces, lettering

FRAME = Frame(0, 0, 400, 100)


def line(text: str = "Hill", x: float = 20.0) -> SetLine:
    found = set_type(lettering(), Size(640, 360), faces())
    width = faces().text.metrics().width(text) * 40
    return replace(found.lines[0], text=text, pixels=40.0, x=x, y=60.0, width=width)


def middle(coverage: np.ndarray) -> float:
    return float((coverage.sum(0) * (np.arange(coverage.shape[1]) + 0.5)).sum() / coverage.sum())


def test_letters_stand_on_the_baseline_where_they_are_set() -> None:
    covered = cover_line(line(), faces().text, FRAME)
    rows = np.flatnonzero(covered.max(1) > 0.5)
    assert rows[-1] + 1 == 60
    assert rows[0] == pytest.approx(60 - 0.76 * 40, abs=1.5)
    assert covered.max() == 1
    assert covered.min() == 0
    columns = np.flatnonzero(covered.max(0) > 0.1)
    assert 20 <= columns[0] < 26
    assert columns[-1] < 20 + line().width + 1


@pytest.mark.parametrize("tracking", [0.0, 0.02])
def test_positions_are_kept_to_a_quarter_pixel(tracking: float) -> None:
    middles = [
        middle(cover_line(replace(line(x=20 + part), tracking=tracking), faces().text, FRAME))
        for part in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    assert np.diff(middles) == pytest.approx(0.25, abs=0.02)


def test_tracked_letters_are_kerned_as_well() -> None:
    untracked = cover_line(line("AVAVA"), faces().text, FRAME)
    tracked = cover_line(replace(line("AVAVA"), tracking=1e-9), faces().text, FRAME)
    assert np.abs(untracked - tracked).mean() < 0.01


def test_words_stand_where_they_do_in_their_line() -> None:
    whole = line("two words of two")
    words = words_of(whole, faces().text.metrics())
    assert [word.text for word in words] == ["two", "words", "of", "two"]
    together = sum(cover_line(word, faces().text, FRAME) for word in words)
    assert np.abs(together - cover_line(whole, faces().text, FRAME)).mean() < 0.004


def test_boxes_have_round_corners_and_exact_areas() -> None:
    covered = cover_box(Box(10.5, 20, 50.25, 60), 0, FRAME)
    assert covered.sum() == pytest.approx(39.75 * 40, rel=0.002)
    rounded = cover_box(Box(10, 20, 50, 60), 10, FRAME)
    assert rounded.sum() == pytest.approx(1600 - (4 - np.pi) * 100, rel=0.01)
    assert rounded[20, 10] == 0
    assert rounded[40, 30] == 1


def test_soft_and_thick_coverage() -> None:
    covered = cover_box(Box(100, 40, 120, 60), 0, FRAME)
    soft = blurred(covered, 4)
    assert soft.sum() == pytest.approx(covered.sum(), rel=1e-3)
    assert 0.3 < soft[50, 100] < 0.7
    assert thickened(covered, 3).sum() > 25 * 24


def test_frames_are_even() -> None:
    frame = frame_around(Box(3.2, 4.9, 7.0, 8.1))
    assert frame == Frame(2, 4, 8, 10)
    assert (frame.width, frame.height) == (6, 6)
