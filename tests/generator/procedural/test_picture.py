from __future__ import annotations

import numpy as np
import pytest

from services.generator.procedural.picture import Stage
from shared.brief import Size
from tests.generator.procedural.conftest import asked


@pytest.mark.parametrize(
    ("size", "long_side", "sheet"),
    [
        (Size(1920, 1080), 480, (480, 270)),
        (Size(1080, 1920), 480, (270, 480)),
        (Size(128, 72), 480, (128, 72)),
        (Size(2048, 64), 160, (160, 16)),
    ],
)
def test_a_sheet_has_the_clips_shape_and_is_never_larger(
    size: Size, long_side: int, sheet: tuple[int, int]
) -> None:
    assert Stage.of(asked(size=size)).sheet(long_side) == sheet


def test_chance_is_the_seeds() -> None:
    one, other = (Stage.of(asked(seed=seed)).rng.uniform(size=3) for seed in (1, 2))
    assert np.array_equal(one, Stage.of(asked(seed=1)).rng.uniform(size=3))
    assert not np.array_equal(one, other)
