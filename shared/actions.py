"""An action is a pure function over blobs; its key says everything that decides its result."""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from shared.blobs import BlobStore
from shared.digest import Digest, canonical_bytes, digests_in
from shared.errors import Unavailable

_BUILD_DIGITS = 12
# Lines of RECORD that differ from one installation of a wheel to the next: scripts with the path
# of their interpreter, compiled files, editable links, and the installer's notes.
_INSTALLERS_OWN = re.compile(r"^\"?(\.\.|/)|__editable__|\.pyc,|\.pth,|\.dist-info/")


@dataclass(frozen=True, slots=True)
class Backend:
    """Who performs an action: name ("encode/image.style"), version, and environment.

    `version` is raised whenever the output changes for an unchanged request. `environment` names
    what else changes the output: libraries with their versions (see `environment_of`).
    """

    name: str
    version: int
    environment: str
    weights: Digest | None = None
    dtype: str | None = None

    @property
    def action(self) -> str:
        """The action's own name: "encode" of "encode/image.style"."""
        return self.name.partition("/")[0]


class Context(Protocol):
    """What an action gets besides its request: the store, and a line to whoever waits."""

    @property
    def blobs(self) -> BlobStore:
        """The store that inputs are read from and results are written to."""

    def progress(self, fraction: float) -> None:
        """Say how far the action is (0..1); cheap, call it every few frames.

        Raises `Cancelled` when the work is no longer wanted.
        """


class ActionModule(Protocol):
    """The two functions that a module performing actions has; importing it must be cheap."""

    def backend(self, request: Any) -> Backend:
        """Who would perform this request; raises `InvalidInput` if nobody can."""

    def perform(self, request: Any, context: Context) -> Digest:
        """Compute the result, put it into the store, return its digest."""


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """What happened to one action in this run, for the report.

    `hit` means the result was there already; `seconds` is what performing it took, now or then.
    `subject` says for whom it ran first (commentary, for example "shot s3-ab2cd").
    """

    action: str
    key: str
    hit: bool
    seconds: float
    subject: str
    reason: str


# Request type -> import path of the module that performs it.
Registry = Mapping[type, str]


def environment_of(*distributions: str) -> str:
    """The environment string of a backend: "name==version#build" of installed distributions.

    The build is 12 hex digits over the files of the wheel: the same version built against other
    libraries is another environment. Raises `Unavailable` for what is not installed.
    """
    return " ".join(_build_of(name) for name in sorted(distributions))


@cache
def _build_of(name: str) -> str:
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        raise Unavailable(
            f"{name} is not installed; expected it with {_extras_with(name)}"
        ) from None
    files = sorted(
        line
        for line in (distribution.read_text("RECORD") or "").splitlines()
        if ",sha256=" in line and not _INSTALLERS_OWN.search(line)
    )
    build = hashlib.sha256("\n".join(files).encode()).hexdigest()[:_BUILD_DIGITS]
    return f"{name}=={distribution.version}" + (f"#{build}" if files else "")


def _extras_with(name: str) -> str:
    """What to install: "onbeat[encoder]"; the base for what no extra asks for by name."""
    try:
        required = importlib.metadata.requires("onbeat") or []
    except importlib.metadata.PackageNotFoundError:
        required = []
    pattern = re.compile(rf"{re.escape(name)}(?![\w.-]).*extra == \"([^\"]+)\"")
    extras = [match[1] for text in required if (match := pattern.match(text))]
    return " or ".join(f"onbeat[{extra}]" for extra in extras) or "onbeat and the service's extra"


def action_key(backend: Backend, request: Any, salt: str = "") -> str:
    """Key of an action: SHA-256 (64 hex digits) of everything that decides its result.

    `salt` is the tenant; results of one tenant are never hits of another.
    """
    identity = {
        "backend": backend.name,
        "version": backend.version,
        "environment": backend.environment,
        "weights": backend.weights,
        "dtype": backend.dtype,
        "request": request,
        "inputs": [str(digest) for digest in digests_in(request)],
        "salt": salt,
    }
    return hashlib.sha256(canonical_bytes(identity)).hexdigest()
