"""Every error of ours has one status."""

from __future__ import annotations

import json

import pytest

from services.gateway.api.problems import Problem, not_found, problem_of
from shared.consent import ConsentRequired
from shared.errors import ERRORS_BY_CODE, InvalidInput, NotFound, OnbeatError, Unavailable


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidInput("x"), 422, "invalid_input"),
        (ConsentRequired("x"), 403, "consent_required"),
        (NotFound("x"), 404, "not_found"),
        (Unavailable("x"), 503, "unavailable"),
        (OnbeatError("x"), 500, "internal"),
    ],
)
def test_an_error_is_told_by_its_class(error: OnbeatError, status: int, code: str) -> None:
    problem = problem_of(error)
    assert (problem.status, problem.code, problem.detail) == (status, code, "x")
    assert ("Retry-After" in problem.headers) is error.retryable


def test_every_error_of_the_tree_has_a_status() -> None:
    for error in ERRORS_BY_CODE.values():
        assert 400 <= problem_of(error("x")).status < 600


def test_a_problem_is_written_as_the_rfc_says() -> None:
    problem = Problem(409, "edit_conflict", "twice", ways_on=["wait"])
    response = problem.response()
    assert response.media_type == "application/problem+json"
    document = json.loads(bytes(response.body))
    assert document["type"] == "urn:onbeat:problem:edit_conflict"
    assert document["ways_on"] == ["wait"]
    assert len(not_found("film", "x" * 1000).detail) < 120
