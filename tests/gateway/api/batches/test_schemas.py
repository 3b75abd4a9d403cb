"""What a batch over HTTP may say."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from services.gateway.api.batches.schemas import MAX_ROWS, NewBatch


def test_the_example_is_a_batch() -> None:
    extra: Any = NewBatch.model_config["json_schema_extra"]
    assert len(NewBatch.model_validate(extra["example"]).rows) == 2


@pytest.mark.parametrize("rows", [[], [{}] * (MAX_ROWS + 1), "", 7, [1]])
def test_rows_are_a_table_that_is_not_too_long(rows: Any) -> None:
    with pytest.raises(ValidationError):
        NewBatch.model_validate({"template": {}, "rows": rows})
