"""Cutdowns and hand-overs as JSON."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field

from services.gateway.api.films.schemas import Film
from services.gateway.api.schema import Schema, ShortText

Format = Literal["otio", "fcp7", "fcpxml", "edl"]


class NewCutdown(Schema):
    """How long the shorter film is to be, and what it is called."""

    model_config = ConfigDict(json_schema_extra={"example": {"seconds": 15}})

    seconds: Annotated[float, Field(ge=2, le=600)]
    name: ShortText | None = None


class MadeCutdown(Schema):
    """The film that a cutdown becomes, and the job that makes it."""

    film: Film
    job: str


class NewExport(Schema):
    """For which editing programs, and how much is baked; see docs/handover.md."""

    model_config = ConfigDict(json_schema_extra={"example": {"formats": ["otio", "edl"]}})

    formats: Annotated[list[Format], Field(min_length=1)] = Field(
        default_factory=lambda: list(get_args(Format))
    )
    baked: Literal["all", "needed"] = "all"
    handles: Annotated[int, Field(ge=0, le=250)] = 12


class MadeExport(Schema):
    """The job that makes a hand-over, and where its zip will be."""

    job: str
    url: str
