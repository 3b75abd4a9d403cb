"""Words that mean shots, and words that do not."""

from __future__ import annotations

import re

import pytest

from services.gateway.direction.shot_words import SHOT, SHOTS, STRETCH


@pytest.mark.parametrize("text", ["the widget", "shot", "shots 1 too 4", "3", "the grade", "@", ""])
def test_other_words_mean_no_shots(text: str) -> None:
    assert re.fullmatch(SHOTS, text) is None


def test_one_shot_is_not_many() -> None:
    assert re.fullmatch(SHOT, "shot 3")
    assert re.fullmatch(SHOT, "shots 3 and 4") is None


def test_stretches() -> None:
    assert all(re.fullmatch(STRETCH, text) for text in ("the chorus", "0:10 to 0:20", "the film"))
    assert re.fullmatch(STRETCH, "shots 1 to 4") is None
