from __future__ import annotations

import cv2
import numpy as np
import pytest

from services.generator.procedural.rings import Rings
from shared.brief import Size
from tests.generator.procedural.conftest import asked, stage_of


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_it_is_the_same_when_turned_by_a_fold(seed: int) -> None:
    scene = Rings(stage_of(asked(size=Size(256, 256), seed=seed)))
    light = np.sqrt(scene.picture(4).light)
    middle = tuple(128 + 256 * part - 0.5 for part in scene.middle)

    def apart(degrees: float) -> float:
        turned = cv2.warpAffine(light, cv2.getRotationMatrix2D(middle, degrees, 1), (256, 256))
        ring = slice(78, 178)
        return float(np.abs(np.asarray(turned)[ring, ring] - light[ring, ring]).mean())

    assert apart(360 / scene.folds) < 0.25 * apart(180 / scene.folds)
