from __future__ import annotations

import numpy as np

from services.generator.procedural.waves import Waves
from shared.brief import Size
from tests.generator.procedural.conftest import asked, stage_of


def test_what_is_near_is_dark_and_the_sky_is_light() -> None:
    light = Waves(stage_of(asked(size=Size(192, 108)))).picture(0).light.mean(axis=2)
    assert light[-8:].mean() < 0.5 * light[30:50].mean()


def test_the_sun_has_the_accents_colour() -> None:
    palette = ("#101010", "#404040", "#808080", "#00ff00")
    light = Waves(stage_of(asked(size=Size(192, 108), palette=palette))).picture(0).light
    greener = light[..., 1] - light[..., 0]
    row, column = np.unravel_index(int(np.argmax(greener)), greener.shape)
    assert greener.max() > 0.5
    assert row < 60
    assert 0 < column < 191
