"""Wishes as JSON."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from services.gateway.api.films.schemas import MadeEdit
from services.gateway.api.films.wish_schemas import RefusedWish, UnderstoodWish


def test_an_edit_says_what_was_understood_and_what_was_not() -> None:
    known = UnderstoodWish(
        said="warmer", says=["grade by 0.2"], operations=[{"op": "adjust_grade"}]
    )
    other = RefusedWish(said="nicer", reason="is not understood", nearest=["warmer grade"])
    made = MadeEdit(parent="rev_1", branch="main", understood=[known], refused=[other])
    assert MadeEdit.model_validate_json(made.model_dump_json()) == made
    assert MadeEdit(parent="rev_1", branch="main").refused == []


def test_a_refusal_without_a_reason_is_none() -> None:
    with pytest.raises(ValidationError):
        RefusedWish.model_validate({"said": "nicer", "nearest": []})
