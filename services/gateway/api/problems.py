"""Problems as RFC 9457 describes them; the tree of `shared/errors.py` is mapped here, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse

from shared.consent import ConsentRequired
from shared.errors import (
    Cancelled,
    Conflict,
    InvalidInput,
    MissingBlob,
    NotFound,
    OnbeatError,
    Unavailable,
)

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Conflict",
    410: "Gone",
    412: "Precondition failed",
    413: "Too large",
    415: "Media type not supported",
    416: "Range not satisfiable",
    422: "Cannot be used",
    423: "Locked",
    428: "Precondition required",
    429: "Too many requests",
    460: "Checksum mismatch",
    500: "Internal error",
    503: "Unavailable",
}
# The first that an error is an instance of counts.
_STATUSES: tuple[tuple[type[OnbeatError], int, str], ...] = (
    (ConsentRequired, 403, "consent_required"),
    (InvalidInput, 422, "invalid_input"),
    (NotFound, 404, "not_found"),
    (Conflict, 409, "conflict"),
    (MissingBlob, 410, "missing_blob"),
    (Unavailable, 503, "unavailable"),
    (Cancelled, 409, "cancelled"),
    (OnbeatError, 500, "internal"),
)


class Problem(Exception):
    """A refusal that only HTTP knows; `more` are further members of the answer."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.headers, self.more = dict(headers or {}), more

    def document(self) -> dict[str, Any]:
        """The problem's members."""
        return {
            "type": f"urn:onbeat:problem:{self.code}",
            "title": _TITLES.get(self.status, "Error"),
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            **self.more,
        }

    def response(self) -> JSONResponse:
        """The answer to the caller."""
        return JSONResponse(
            self.document(), self.status, headers=self.headers, media_type=MEDIA_TYPE
        )


def problem_of(error: OnbeatError) -> Problem:
    """How one of our errors is told to the caller."""
    status, code = next((s, c) for kind, s, c in _STATUSES if isinstance(error, kind))
    headers = {"Retry-After": "5"} if error.retryable else {}
    return Problem(status, code, error.message, headers=headers, retryable=error.retryable)


def not_found(what: str, name: str) -> Problem:
    """The same answer for what never was, is deleted, or is another tenant's."""
    return Problem(404, "not_found", f"no {what} {name[:80]!r}")
