from __future__ import annotations

import numpy as np
import pytest

from services.generator.footage.sharpen import sharpen


def edge(width: int) -> np.ndarray:
    """A soft vertical edge from 60 to 180 over `width` columns."""
    x = np.clip((np.arange(120) - 60 + width / 2) / width, 0, 1)
    return np.tile(np.rint(60 + 120 * x).astype(np.uint8), (80, 1))


@pytest.mark.parametrize("magnification", [1.5, 2.0, 3.0, 6.0])
def test_edges_get_steeper_and_never_ring(magnification: float) -> None:
    soft = edge(round(2 * magnification))
    crisp = sharpen(soft, magnification)
    assert crisp.min() == 60
    assert crisp.max() == 180
    assert (
        np.abs(np.diff(crisp[40].astype(int))).max() > np.abs(np.diff(soft[40].astype(int))).max()
    )
    assert (np.diff(crisp[40].astype(int)) >= 0).all()


def test_flat_parts_stay_as_they_are() -> None:
    flat = np.full((40, 40), 133, np.uint8)
    assert (sharpen(flat, 3.0) == flat).all()


def test_pictures_that_are_hardly_enlarged_are_left_alone() -> None:
    soft = edge(4)
    assert sharpen(soft, 1.3) is soft
