"""Cutdowns, hand-overs, deliveries and localizations as JSON."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import ConfigDict, Field, StringConstraints, model_validator

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


class NewDelivery(Schema):
    """Which other file of a revision is wanted; see docs/versions.md."""

    model_config = ConfigDict(json_schema_extra={"example": {"kind": "textless"}})

    kind: Literal["textless", "mezzanine", "sprites", "poster"]


class MadeDelivery(Schema):
    """The job that writes a delivery, and where its files will be."""

    job: str
    urls: list[str]


TitleText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Text = Annotated[str, Field(min_length=1, max_length=500_000)]
Named = Annotated[str, Field(min_length=1, max_length=100)]


class NewTitleWords(Schema):
    """Other words of one title, by its id or as "#1"; what is left out stays as it is."""

    title: Named
    text: TitleText | None = None
    details: TitleText | None = None
    legal: TitleText | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.text is self.details is self.legal is None:
            raise ValueError("expected text, details or legal")
        return self


class NewLocalization(Schema):
    """What a film says in another language; see docs/versions.md.

    `captions` (SRT or WebVTT) and `script` (a line for each cue) are a text reference's id or
    "@handle", or the text itself. `voice` is one recording, or a list with one for each line.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "language": "de",
                    "captions": "1\n00:00:00,500 --> 00:00:02,000\nGuten Morgen\n",
                },
                {
                    "language": "fr",
                    "script": "@french_lines",
                    "titles": [{"title": "#1", "text": "Bonjour"}],
                    "voice": ["@fr1", "@fr2"],
                },
            ]
        }
    )

    language: Annotated[str, Field(min_length=2, max_length=3)]
    captions: Text | None = None
    script: Text | None = None
    titles: Annotated[list[NewTitleWords], Field(max_length=100)] = Field(default_factory=list)
    voice: Named | Annotated[list[Named], Field(min_length=1, max_length=200)] | None = None
    show: Literal["burned", "files", "both"] | None = None
    name: ShortText | None = None


class MadeLocalization(Schema):
    """The film that a localization becomes, and the job that makes it."""

    film: Film
    job: str
