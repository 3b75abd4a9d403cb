from __future__ import annotations

import numpy as np

from services.generator.procedural.rain import Rain
from shared.brief import Size
from tests.generator.procedural.conftest import asked, stage_of


def test_drops_are_upright_and_fall() -> None:
    scene = Rain(stage_of(asked(size=Size(192, 108), frames=12)))
    mask = scene.picture(0).mask
    assert mask is not None
    assert 0 < mask.max() <= 1
    across, down = (np.abs(np.diff(mask, axis=axis)).mean() for axis in (1, 0))
    assert across > 2 * down
    later = scene.picture(1).mask
    assert later is not None
    assert not np.array_equal(mask, later)


def test_the_ground_mirrors_the_lights() -> None:
    light = Rain(stage_of(asked(size=Size(192, 108)))).picture(0).light.mean(axis=2)
    above, below = light[40:66].mean(axis=0), light[70:96].mean(axis=0)
    assert float(np.corrcoef(above, below)[0, 1]) > 0.5
