"""What all requests and answers have in common: strict fields, and lists in pages."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")


class Schema(BaseModel):
    """A JSON object at the edge: unknown fields are refused; made from rows of ours by name."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class ListOf(Schema, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None = Field(description="`cursor` of the next page; null at the end")


class ProblemSchema(BaseModel):
    """A refusal, as RFC 9457 has it; some have more members, such as `ways_on`."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "example": {
                "type": "urn:onbeat:problem:not_found",
                "title": "Not found",
                "status": 404,
                "code": "not_found",
                "detail": "no film 'film_0'",
            }
        },
    )

    type: str
    title: str
    status: int
    code: str
    detail: str


ShortText = Annotated[str, Field(min_length=1, max_length=200)]
LongText = Annotated[str, Field(min_length=1, max_length=10_000)]
Metadata = Annotated[
    dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=500)]],
    Field(max_length=16),
]
PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "model": ProblemSchema,
        "description": "A problem (RFC 9457)",
        "content": {"application/problem+json": {}},
    },
}
