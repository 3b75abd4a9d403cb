from __future__ import annotations

import pytest

from shared.legibility import MIN_CONTRAST, plate_opacity, worst_contrast
from tests.shared.typed import brand


@pytest.mark.parametrize(("ink", "plate"), [("#ffffff", "#0b0d12"), ("#101010", "#f4efe6")])
@pytest.mark.parametrize("least", [0.0, 0.64])
def test_a_plate_makes_ink_legible_over_anything(ink: str, plate: str, least: float) -> None:
    kit = brand(ink=ink, plate=plate)
    opacity = plate_opacity(kit, least)
    assert least <= opacity < 1
    assert worst_contrast(kit, opacity) >= MIN_CONTRAST
    assert worst_contrast(kit, 0.2) < MIN_CONTRAST


def test_inks_like_their_plate_stay_illegible() -> None:
    kit = brand(ink="#808080", plate="#707070")
    assert plate_opacity(kit) == 1
    assert worst_contrast(kit, 1) < MIN_CONTRAST
