"""The one error tree of Onbeat.

    OnbeatError
    ├── InvalidInput    the caller's file, brief or request cannot be used as it is
    ├── NotFound        a name that the caller gave leads to nothing
    ├── Conflict        two changes of one thing
    ├── MissingBlob     a digest whose bytes are gone or damaged
    ├── ModelFailure    an action ran and could not produce a valid result
    ├── Unavailable     a service, worker or disk did not answer (retryable)
    └── Cancelled       somebody asked for the work to stop

Each class carries a stable `code` for reports and logs, and says whether trying the same
thing again may help. Messages name what was found, what was expected, and which file.
"""

from __future__ import annotations

import copy


class OnbeatError(Exception):
    """Base of every error that Onbeat raises on purpose."""

    code = "internal"
    retryable = False
    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def about(self, subject: str) -> OnbeatError:
        """The same error with what it is about in front of its message."""
        error = copy.copy(self)
        error.message = f"{subject}: {self.message}"
        error.args = (error.message,)
        return error


class InvalidInput(OnbeatError):
    """What the caller gave cannot be used as it is."""

    code = "invalid_input"
    exit_code = 2


class NotFound(OnbeatError):
    """A name or path that the caller gave leads to nothing."""

    code = "not_found"
    exit_code = 2


class Conflict(OnbeatError):
    """Two changes of the same thing; the second has to be based on the first."""

    code = "conflict"


class MissingBlob(OnbeatError):
    """The bytes of a digest are not in the store, or are damaged there.

    `digest` is which one, as text, where that is known.
    """

    code = "missing_blob"
    digest: str | None = None


class ModelFailure(OnbeatError):
    """An action ran and could not produce a valid result."""

    code = "model_failure"


class Unavailable(OnbeatError):
    """A service, worker or disk did not answer; trying again may help."""

    code = "unavailable"
    retryable = True


class Cancelled(OnbeatError):
    """The work was stopped because somebody asked for it."""

    code = "cancelled"
    exit_code = 130


ERRORS_BY_CODE: dict[str, type[OnbeatError]] = {
    error.code: error
    for error in (
        OnbeatError,
        InvalidInput,
        NotFound,
        Conflict,
        MissingBlob,
        ModelFailure,
        Unavailable,
        Cancelled,
    )
}
