"""Jobs as JSON."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import Field

from services.gateway.api.jobs.service import Job as JobRow
from services.gateway.api.schema import Schema


class JobState(StrEnum):
    """Where a job is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobError(Schema):
    """Why a job failed."""

    code: str
    detail: str


class Job(Schema):
    """A job: long work that goes on whether or not anybody waits for it."""

    id: str
    kind: str
    film: str | None
    state: JobState
    progress: float = Field(ge=0, le=1)
    stage: str = Field(description="what is being done: encode, analyze, render ...")
    attempt: int = Field(description="how many workers have begun it")
    cancel_requested: bool
    result: dict[str, Any] | None
    error: JobError | None
    created_at: float
    started_at: float | None
    finished_at: float | None


def job_schema(job: JobRow) -> Job:
    """A job as it is answered."""
    fields = {name: getattr(job, name) for name in Job.model_fields if name != "error"}
    error = JobError(code=job.error[0], detail=job.error[1]) if job.error else None
    return Job(**fields, error=error)
