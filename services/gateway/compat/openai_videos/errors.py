"""Refusals as OpenAI's clients read them: {"error": {"message", "type", "code", "param"}}."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from services.gateway.api.idempotency import ApiRoute
from services.gateway.api.problems import Problem, problem_of
from shared.errors import OnbeatError

# A JSON body may hold pictures as data: URLs.
MAX_JSON_BYTES = 48 << 20
_INVALID = "invalid_request_error"
_TYPES = {401: _INVALID, 403: "permission_error", 429: "rate_limit_error"}
_CODES = {"bad_key": "invalid_api_key", "invalid_input": "invalid_value"}
# What OpenAI answers with 400. A 409 would be sent again by its clients, which helps nobody here.
_AS_BAD_REQUEST = (409, 410, 415, 422)
# Words of our messages that say which field they are about, and what the field is called here.
_PARAMS = {
    "prompt": "prompt",
    "size": "size",
    "duration_seconds": "seconds",
    "duration": "seconds",
    "frame_rate": "fps",
    "seed": "seed",
    "references": "references",
    "song": "audio_reference",
}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class OpenAiRoute(ApiRoute):
    """A route whose refusals have OpenAI's shape, and whose JSON may be larger than elsewhere."""

    def get_route_handler(self) -> Handler:
        answer = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                if request.headers.get("content-type", "").startswith("application/json"):
                    await _read_json(request)
                return await answer(request)
            except (Problem, OnbeatError, RequestValidationError, HTTPException) as error:
                return error_response(error)
            finally:
                await request.close()  # and with it the files of a form

        return handler


def bad_field(param: str, message: str, code: str = "invalid_value") -> Problem:
    """A field that cannot be used: 400."""
    return Problem(400, code, message, param=param)


def error_response(error: Exception) -> JSONResponse:
    """A refusal of ours as OpenAI's clients read it, under the status that they expect."""
    problem = _as_problem(error)
    status = 400 if problem.status in _AS_BAD_REQUEST else problem.status
    default = "server_error" if status >= 500 else _INVALID
    kind = "insufficient_quota" if problem.code == "quota_exceeded" else _TYPES.get(status, default)
    document = {
        "message": problem.detail,
        "type": kind,
        "code": _CODES.get(problem.code, problem.code),
        "param": problem.more.get("param") or _param_of(problem.detail),
    }
    return JSONResponse({"error": document}, status, headers=problem.headers)


def _as_problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, OnbeatError):
        return problem_of(error)
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        where = str(first["loc"][-1])[:60]
        return Problem(400, "invalid_value", f"{where}: {first['msg'][:300]}", param=where)
    assert isinstance(error, HTTPException)
    return Problem(error.status_code, "invalid_request", str(error.detail))


def _param_of(message: str) -> str | None:
    first = re.match(r"\w+", message)
    return _PARAMS.get(first[0]) if first else None


async def _read_json(request: Request) -> None:
    """Read the body up to a limit; whoever asks for it afterwards gets what was read."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_JSON_BYTES:
            raise Problem(413, "too_large", f"expected at most {MAX_JSON_BYTES} bytes of JSON")
    request._body = bytes(body)
