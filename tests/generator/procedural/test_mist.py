from __future__ import annotations

import numpy as np

from services.generator.procedural.mist import Mist
from shared.brief import Size
from tests.generator.procedural.conftest import asked, stage_of


def test_dust_rises_and_is_brighter_where_it_is_loud() -> None:
    size = Size(192, 108)

    def speckle(level: float) -> float:
        light = Mist(stage_of(asked(size=size, energy=(level,) * 12))).picture(0).light
        return float(np.abs(np.diff(light, axis=1)).max())

    assert speckle(1.0) > 1.2 * speckle(0.0) > 0
