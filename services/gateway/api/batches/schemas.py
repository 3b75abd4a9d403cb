"""Batches as JSON."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from services.gateway.api.schema import Schema, ShortText

MAX_ROWS = 1000
_EXAMPLE: dict[str, Any] = {
    "template": {
        "song": "@track",
        "references": [{"reference": "{{hero:image}}", "roles": ["product"]}],
        "titles": [{"kind": "title", "text": "{{headline:text}}"}],
        "duration_seconds": 6,
    },
    "rows": [
        {"hero": "@mug", "headline": "Coffee"},
        {"hero": "@teapot", "headline": "Tea"},
    ],
    "name": "{headline}-{row:03}",
    "draft": True,
}
RowState = Literal["refused", "waiting", "queued", "running", "succeeded", "failed", "cancelled"]


class NewBatch(Schema):
    """A film for each row of a template; see docs/batches.md."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})

    template: dict[str, Any] = Field(description="a brief with slots such as {{headline:text}}")
    rows: (
        Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MAX_ROWS)]
        | Annotated[str, Field(min_length=1, max_length=1 << 20, description="CSV with a header")]
    )
    name: ShortText = "{row:03}"
    draft: bool = Field(False, description="540p and quick")
    dry_run: bool = Field(False, description="only check the rows and estimate")
    plan: bool = Field(
        False,
        description="with dry_run: a job that plans at most 100 rows and counts what they share",
    )


class RowErrorSchema(Schema):
    """What is wrong in a row, counted from 1: in a column, "" for all of it."""

    row: int
    column: str
    found: str
    expected: str


class RowEstimateSchema(Schema):
    """What a row may cost where nothing is reused; with errors it is not made."""

    row: int
    name: str
    duration_seconds: float | None = None
    cpu_seconds: float | None = None
    errors: list[RowErrorSchema]


class BatchEstimate(Schema):
    """What a batch may cost; what its rows share is rendered once, so it is an upper bound."""

    rows: list[RowEstimateSchema]
    cpu_seconds: float
    refused: int


class BatchRow(Schema):
    """A row: `film` from when it is queued on; `error` says why it failed."""

    row: int
    name: str
    state: RowState
    film: str | None = None
    job: str | None = None
    error: str | None = None
    errors: list[RowErrorSchema] = Field(default_factory=list)


class BatchSummary(Schema):
    """A batch as it is listed."""

    id: str
    rows: int
    created_at: float


class Batch(Schema):
    """A batch and its rows; it is completed when every row has ended, however it ended."""

    id: str
    state: Literal["running", "completed", "cancelled"]
    counts: dict[str, int]
    rows: list[BatchRow]
    created_at: float


class MadeBatch(Schema):
    """A batch that is being made and the job that begins it, or with `dry_run` its estimate.

    With `plan` the job is the one that plans the rows: its result counts their clips.
    """

    batch: Batch | None = None
    job: str | None = None
    estimate: BatchEstimate | None = None
