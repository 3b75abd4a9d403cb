from __future__ import annotations

import numpy as np

from services.generator.procedural.colors import linear_of
from services.generator.procedural.flow import Flow
from tests.generator.procedural.conftest import asked, stage_of


def test_only_colours_of_the_palette_and_between_are_shown() -> None:
    light = Flow(stage_of(asked(energy=(0.5,) * 12))).light(0)
    grays = Flow(stage_of(asked(palette=("#101010", "#808080", "#e0e0e0")))).light(0)
    assert light.shape == grays.shape == (72, 128, 3)
    assert light.min() >= 0
    assert np.ptp(grays, axis=2).max() < 0.01
    assert grays.max() <= linear_of(("#e0e0e0",)).max() * 1.1


def test_it_has_no_edges() -> None:
    light = np.sqrt(Flow(stage_of(asked())).light(5))
    assert np.abs(np.diff(light, axis=0)).max() < 0.35
    assert np.abs(np.diff(light, axis=1)).max() < 0.35
