"""What was not understood is answered with what would be."""

from __future__ import annotations

from services.gateway.direction.nearest import nearest_examples
from services.gateway.direction.understand import FORMS


def test_the_nearest_forms_share_words() -> None:
    assert "reset the grade of shot 3" in nearest_examples("reset grade please in shot 5", FORMS)
    assert "make the chorus faster" in nearest_examples("chorus needs to be faster", FORMS)


def test_nothing_alike_offers_nothing() -> None:
    assert nearest_examples("zzzz qqqq", FORMS) == ()
