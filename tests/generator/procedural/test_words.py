"""Words can be read: contrast, size, place; and lines rise into it."""

from __future__ import annotations

import numpy as np
import pytest

from services.generator.procedural.colors import Colors
from services.generator.procedural.letters import repeated_row, set_lines
from services.generator.procedural.words import readable_pair, risen
from shared.brand import contrast
from shared.brief import Size
from shared.procedural import SceneKind
from tests.generator.procedural.conftest import PALETTE, asked, stage_of

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("palette", [PALETTE, ("#303030", "#383838"), ("#fafafa", "#f0f0f0")])
def test_ink_and_ground_have_the_contrast_of_readable_text(palette: tuple[str, ...]) -> None:
    for seed in range(6):
        pair = readable_pair(Colors.of(palette), np.random.default_rng(seed))
        levels = [float(color @ LUMINANCE) for color in (pair.ground, pair.ink)]
        assert contrast(*levels) >= 4.5


@pytest.mark.parametrize("size", [Size(320, 180), Size(180, 320)])
def test_lines_fill_the_picture_and_stay_inside(size: Size) -> None:
    for lines in (("GO",), ("NEON RAIN", "OVER A", "SLEEPING CITY")):
        stage = stage_of(asked(SceneKind.WORDS, size=size, lines=lines))
        mask = risen(set_lines(stage), stage, stage.frames - 1)
        full = risen(set_lines(stage), stage, 200)
        assert mask.shape == full.shape == (size.height, size.width)
        rows, columns = np.nonzero(full > 128)
        assert 0.08 * size.width < columns.min()
        assert columns.max() < 0.92 * size.width
        assert 0.1 * size.height < rows.min()
        assert rows.max() < 0.9 * size.height
        wide, tall = np.ptp(columns) / size.width, np.ptp(rows) / size.height
        assert wide > 0.6 or tall > 0.5


def test_lines_rise_one_after_the_other() -> None:
    stage = stage_of(asked(SceneKind.WORDS, size=Size(320, 180)))
    lines = set_lines(stage)
    ink = [int(risen(lines, stage, index).sum()) for index in range(20)]
    assert ink[0] == 0
    assert ink == sorted(ink)
    assert ink[-1] == int(risen(lines, stage, 100).sum()) > 0
    first = risen(lines, stage, 3)
    upper = first[: lines[1].top]
    assert upper.any()
    assert not first[lines[1].top + lines[1].ink.shape[0] // 2 + 8 :][:4].any()


def test_a_row_repeats_without_a_seam() -> None:
    stage = stage_of(asked(SceneKind.WORDS, size=Size(320, 180), lines=("TIDE",)))
    row, height = repeated_row(stage, "TIDE")
    period = row.shape[1] // 2
    assert row.shape[0] == height
    assert period >= 320
    apart = np.abs(row[:, :period].astype(int) - row[:, period:].astype(int))
    assert not apart.any()
