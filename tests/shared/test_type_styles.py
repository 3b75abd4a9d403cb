from __future__ import annotations

import pytest

from shared.brief import Size
from shared.lettering import LetteringKind
from shared.type_styles import LEGAL_CAP_HEIGHT, style_of


@pytest.mark.parametrize("kind", LetteringKind)
def test_type_is_larger_where_a_phone_is_held_upright(kind: LetteringKind) -> None:
    wide, tall = style_of(kind, Size(1920, 1080)), style_of(kind, Size(1080, 1920))
    assert tall.size > wide.size
    assert 0.02 < wide.size < 0.3


def test_small_print_has_at_least_22_of_1080_lines() -> None:
    assert round(LEGAL_CAP_HEIGHT * 1080) >= 22
