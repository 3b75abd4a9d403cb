"""What all JSON objects have in common."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from services.gateway.api.schema import ListOf, ProblemSchema, Schema


class Example(Schema):
    name: str


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValidationError, match="shiny"):
        Example.model_validate({"name": "x", "shiny": 1})
    assert ListOf[Example](items=[Example(name="x")], next_cursor=None).next_cursor is None


def test_the_example_of_a_problem_is_one() -> None:
    example = ProblemSchema.model_config["json_schema_extra"]
    assert isinstance(example, dict)
    ProblemSchema.model_validate(example["example"])
