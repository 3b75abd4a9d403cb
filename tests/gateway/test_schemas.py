"""The JSON of the HTTP API: what is made from our rows, and examples that are what they show."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from services.gateway.api.films.revisions import Revision
from services.gateway.api.films.schemas import (
    NewComment,
    NewEdit,
    NewFilm,
    preview_schema,
    revision_schema,
)
from services.gateway.api.jobs.schemas import job_schema
from services.gateway.api.jobs.service import Job
from services.gateway.api.keys.schemas import NewKey
from services.gateway.api.references.schemas import NewAttestation
from services.gateway.api.webhooks.schemas import NewWebhook
from services.gateway.preview import Fate, Line, Preview

WITH_EXAMPLES: list[Any] = [NewFilm, NewEdit, NewComment, NewKey, NewAttestation, NewWebhook]


@pytest.mark.parametrize("schema", WITH_EXAMPLES)
def test_an_example_is_accepted(schema: Any) -> None:
    told = schema.model_config["json_schema_extra"]
    for example in told.get("examples") or [told["example"]]:
        schema.model_validate(example)
    with pytest.raises(ValidationError):
        schema.model_validate({"shiny": 1})


def test_a_revision_tells_no_digest() -> None:
    revision = Revision(
        "rev_1", "film_1", 1, None, "main", None, "job_1", "b/1", {"film.mp4": "f" * 64 + "/9"},
        {}, None, None, 0.0,
    )  # fmt: skip
    told = revision_schema(revision)
    assert told.files == {"film.mp4": "/v1/films/film_1/revisions/rev_1/files/film.mp4"}
    assert "ffff" not in told.model_dump_json()


def test_a_job_tells_its_error() -> None:
    job = Job(
        "job_1", "t", "make", None, {"brief": "secret"}, "failed", 1, False, 0.5, "render",
        None, ("invalid_input", "why"), 0.0, 0.0, 1.0,
    )  # fmt: skip
    told = job_schema(job)
    assert told.error is not None
    assert told.error.detail == "why"
    assert "secret" not in told.model_dump_json()


def test_a_preview_is_counted() -> None:
    lines = (Line("render", "shot a", Fate.WILL_RUN, ("x",), 1.5), Line("mix", "s", Fate.KEPT))
    told = preview_schema(Preview(lines))
    assert (told.will_run, told.kept, told.cpu_seconds) == (1, 1, 1.5)
