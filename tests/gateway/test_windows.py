"""Windows begin on source frames, fit their slot, and are scored by what is in them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from services.gateway.windows import Scorer
from tests.gateway.synthetic import material, motion, style


def test_every_window_fits_and_begins_on_a_source_frame() -> None:
    scorer = Scorer(material({"a": motion(4, shots=(0, 40))}), 0)
    tables = scorer.tables(0, Fraction(1), 0.5)
    assert len(tables) == 2
    for table in tables:
        assert np.all(table.ends <= float(table.stretch.end_seconds) + 1e-6)
        exact = [float(table.stretch.seconds_at(int(frame))) for frame in table.frames]
        assert table.starts == pytest.approx(exact)
    assert scorer.tables(0, Fraction(3), 0.5) == []


def test_a_dark_or_blurred_passage_scores_lower() -> None:
    clip = motion(8)
    half = len(clip.luma) // 2
    dark, soft = clip.luma.copy(), clip.sharpness.copy()
    dark[:half] = 0.01
    soft[:half] = 0.1
    for spoiled in (replace(clip, luma=dark), replace(clip, sharpness=soft)):
        table = Scorer(material({"a": spoiled}), 0).tables(0, Fraction(1), 0.5)[0]
        early = table.scores[table.ends < 4].mean()
        late = table.scores[table.starts > 4].mean()
        assert late > early + 0.2


def test_a_long_clip_has_a_bounded_number_of_windows() -> None:
    table = Scorer(material({"a": motion(600)}), 0).tables(0, Fraction(2), 0.5)[0]
    assert len(table.frames) == 400
    assert table.frames[0] == 0
    assert table.ends[-1] == pytest.approx(600)


def test_scores_of_photos_follow_energy() -> None:
    found = material({"wild": motion(20, speed=0.9)}, {"p": style()})
    scorer = Scorer(found, 0)
    assert scorer.photo(0, found.photos[0], 0.0) > scorer.photo(0, found.photos[0], 1.0) + 0.5


def test_overlaps_are_the_seconds_that_were_shown() -> None:
    table = Scorer(material({"a": motion(4)}), 0).tables(0, Fraction(1), 0.5)[0]
    seconds = table.overlaps([(0.0, 1.0), (0.5, 1.5)])
    assert seconds[table.starts == 0.0] == pytest.approx(1.5)
    assert seconds[table.starts == 1.0] == pytest.approx(0.5)
    assert np.all(seconds[table.starts >= 1.5] == 0)
