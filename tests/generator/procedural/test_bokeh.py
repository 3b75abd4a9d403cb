from __future__ import annotations

import itertools

import numpy as np

from services.generator.procedural.bokeh import Bokeh
from shared.brief import Size
from tests.generator.procedural.conftest import asked, stage_of


def test_lights_drift_without_jumps() -> None:
    scene = Bokeh(stage_of(asked(size=Size(192, 108), frames=40)))
    lights = [scene.picture(index).light for index in range(40)]
    steps = [float(np.abs(b - a).mean()) for a, b in itertools.pairwise(lights)]
    assert min(steps) > 0
    assert max(steps) < 3 * float(np.median(steps))
