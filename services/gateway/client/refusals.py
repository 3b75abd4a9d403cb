"""Problems (RFC 9457) as the errors of `shared/errors.py` that they were on the server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from shared.errors import (
    ERRORS_BY_CODE,
    Conflict,
    InvalidInput,
    MissingBlob,
    NotFound,
    OnbeatError,
    Unavailable,
)

_BY_STATUS: Mapping[int, type[OnbeatError]] = {
    404: NotFound,
    408: Unavailable,
    409: Conflict,
    410: MissingBlob,
    423: Unavailable,
    425: Unavailable,
    429: Unavailable,
    500: OnbeatError,
    502: Unavailable,
    503: Unavailable,
    504: Unavailable,
}
_MAX_TEXT = 300


def error_of(response: httpx.Response) -> OnbeatError:
    """The error that an answer of 400 or more is; its body has to be read.

    By the problem's code where that is one of ours, else by the status; `problem` of the error has
    all members, such as `ways_on` of a conflict.
    """
    document = _document(response)
    status = response.status_code
    kind = ERRORS_BY_CODE.get(str(document.get("code")))
    if kind is None or kind is OnbeatError:
        kind = _BY_STATUS.get(status, Unavailable if status >= 500 else InvalidInput)
    detail = document.get("detail") or f"HTTP {status}: {response.text[:_MAX_TEXT]}"
    error = kind(str(detail))
    error.problem = document  # type: ignore[attr-defined]
    return error


def job_error(error: Mapping[str, str] | None, state: str) -> OnbeatError:
    """Why a job did not succeed, as an error."""
    if error is None:
        return ERRORS_BY_CODE["cancelled" if state == "cancelled" else "internal"](
            f"the job was {state}"
        )
    return ERRORS_BY_CODE.get(error["code"], OnbeatError)(error["detail"])


def _document(response: httpx.Response) -> Mapping[str, Any]:
    if "json" not in response.headers.get("content-type", ""):
        return {}
    try:
        document = response.json()
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
