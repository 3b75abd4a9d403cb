"""Values of JSON."""

from __future__ import annotations

import pytest

from services.gateway.client.results import Job, result_of
from shared.errors import Unavailable

JOB = {
    "id": "job_1", "kind": "make", "film": None, "state": "running", "progress": 0.5,
    "stage": "render", "result": None, "error": None,
}  # fmt: skip


def test_fields_of_a_newer_server_are_left_out() -> None:
    job = result_of(Job, {**JOB, "colour": "red"})
    assert job.progress == 0.5
    assert not job.is_finished
    assert result_of(Job, {**JOB, "state": "failed"}).is_finished


def test_what_lacks_a_field_is_no_answer() -> None:
    with pytest.raises(Unavailable, match="Job"):
        result_of(Job, {"id": "job_1"})
    with pytest.raises(Unavailable, match="no Job"):
        result_of(Job, [])
