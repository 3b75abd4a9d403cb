from __future__ import annotations

import pytest

from shared.errors import InvalidInput
from shared.fonts import Face
from tests.shared.typed import faces, font_bytes


def test_pairs_are_kerned() -> None:
    metrics = faces().text.metrics()
    apart = sum(metrics.width(letter) for letter in "AVAVA")
    assert metrics.width("AVAVA") < apart - 0.1
    assert metrics.offset("AV", 1) < metrics.width("A")


def test_tracking_goes_between_letters() -> None:
    metrics = faces().text.metrics()
    assert metrics.width("four", 0.1) == pytest.approx(metrics.width("four") + 0.3)
    assert metrics.offset("four", 2, 0.1) == pytest.approx(metrics.offset("four", 2) + 0.2)
    assert metrics.width("") == metrics.offset("x", 0) == 0


def test_heights_are_in_em() -> None:
    metrics = faces().text.metrics()
    # As DejaVu Sans' own tables say: 1493, 1120 and 483 of 2048.
    assert metrics.cap_height == pytest.approx(1493 / 2048, abs=0.01)
    assert metrics.x_height == pytest.approx(1120 / 2048, abs=0.02)
    assert 0.2 < metrics.descent < 0.26


def test_what_is_no_font_is_refused() -> None:
    with pytest.raises(InvalidInput, match="4 bytes are no font"):
        Face(b"font").at(12)
    assert Face(font_bytes(), 900).at(12).getname() == ("DejaVu Sans", "Book")
