from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from services.generator.procedural.letters import repeated_row, set_lines
from shared.brief import Size
from shared.errors import InvalidInput
from shared.procedural import SceneKind
from tests.generator.procedural.conftest import asked, stage_of


def test_each_line_has_ink_of_its_own_place() -> None:
    stage = stage_of(asked(SceneKind.WORDS, size=Size(320, 180)))
    lines = set_lines(stage)
    assert len(lines) == 2
    assert lines[0].top < lines[1].top
    for line in lines:
        assert line.ink.dtype == np.uint8
        assert line.ink.max() > 250
        assert line.width > 100


def test_a_row_is_made_of_whole_words_at_equal_distances() -> None:
    stage = stage_of(asked(SceneKind.WORDS, size=Size(320, 180), lines=("TIDE",)))
    row, _ = repeated_row(stage, "I")
    filled = (row > 128).any(axis=0)
    starts = np.flatnonzero(np.diff(filled.astype(int)) == 1)
    assert len(starts) > 3
    assert np.ptp(np.diff(starts)) == 0


def test_words_without_a_font_are_refused() -> None:
    stage = replace(stage_of(asked(SceneKind.WORDS)), face=None)
    with pytest.raises(InvalidInput, match="without a font"):
        set_lines(stage)
