"""What the API answers, as values; fields that a newer server adds are left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from shared.errors import Unavailable

_T = TypeVar("_T")
FINISHED = ("succeeded", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Reference:
    """A file that was taken in; `info` is what probing found."""

    id: str
    handle: str | None
    filename: str
    kind: str
    size_bytes: int
    info: Mapping[str, Any]
    created_at: float


@dataclass(frozen=True, slots=True)
class Film:
    """A film; `head` is the latest revision of its main branch, None until there is one.

    `job` is the job that makes it, where it was just created.
    """

    id: str
    name: str
    brief: str
    head: str | None
    metadata: Mapping[str, str]
    created_at: float
    job: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A job: `state` is queued, running, succeeded, failed or cancelled, `progress` 0..1.

    `error` is {"code", "detail"} of a job that failed.
    """

    id: str
    kind: str
    film: str | None
    state: str
    progress: float
    stage: str
    result: Mapping[str, Any] | None
    error: Mapping[str, str] | None

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in FINISHED


@dataclass(frozen=True, slots=True)
class Revision:
    """A finished revision, which never changes; `files` are paths on the server by name."""

    id: str
    film: str
    number: int
    parent: str | None
    branch: str
    summary: Mapping[str, Any]
    files: Mapping[str, str]
    approved_at: float | None
    approved_by: str | None
    created_at: float


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit that is being made, or with `dry_run` only its preview (`id` and `job` None).

    `understood` and `refused` say what words were taken to mean; `preview` what will run.
    """

    id: str | None
    job: str | None
    parent: str
    branch: str
    preview: Mapping[str, Any] | None = None
    understood: tuple[Mapping[str, Any], ...] = ()
    refused: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval: done at once, or by the job that locks the shots."""

    revision: str
    job: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file to hand over; `url` is its path on the server."""

    name: str
    filename: str
    media_type: str
    size_bytes: int
    url: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; `sequence` counts a tenant's events."""

    type: str
    sequence: int
    created_at: float
    job: str | None
    film: str | None
    data: Mapping[str, Any]


def result_of(kind: type[_T], document: Any, **more: Any) -> _T:
    """A value of a kind from the server's JSON; raises `Unavailable` for what is no such thing."""
    if not isinstance(document, dict):
        raise Unavailable(f"the server answered no {kind.__name__}")
    fields = dataclasses.fields(kind)  # type: ignore[arg-type]
    values = {item.name: document[item.name] for item in fields if item.name in document}
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    try:
        return kind(**{**values, **more})
    except TypeError as error:
        raise Unavailable(f"the server's {kind.__name__} lacks something: {error}") from None
