"""Problems as errors."""

from __future__ import annotations

import httpx
import pytest

from services.gateway.api.problems import problem_of
from services.gateway.client.refusals import error_of, job_error
from shared.errors import (
    ERRORS_BY_CODE,
    Cancelled,
    Conflict,
    InvalidInput,
    OnbeatError,
    Unavailable,
)


@pytest.mark.parametrize("kind", list(ERRORS_BY_CODE.values()))
def test_every_error_of_ours_comes_back_as_itself(kind: type[OnbeatError]) -> None:
    answer = problem_of(kind("what was wrong")).response()
    found = error_of(
        httpx.Response(answer.status_code, content=bytes(answer.body), headers=dict(answer.headers))
    )
    if kind.code in ("internal", "model_failure"):  # what a server did wrong has one code
        assert isinstance(found, OnbeatError)
    else:
        assert type(found) is kind
    assert found.message == "what was wrong"


@pytest.mark.parametrize(
    ("status", "kind"),
    [(409, Conflict), (418, InvalidInput), (502, Unavailable), (599, Unavailable)],
)
def test_other_answers_are_known_by_their_status(status: int, kind: type[OnbeatError]) -> None:
    found = error_of(httpx.Response(status, text="<html>"))
    assert type(found) is kind
    assert str(status) in found.message


def test_jobs_say_why_they_failed() -> None:
    assert isinstance(job_error({"code": "invalid_input", "detail": "x"}, "failed"), InvalidInput)
    assert isinstance(job_error(None, "cancelled"), Cancelled)
    assert job_error({"code": "new", "detail": "x"}, "failed").message == "x"
