"""Settings of servers and clients, from the environment; TLS, patience, limits."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class RpcSettings:
    """How services are reached and served.

    `patience_seconds` is how long a client waits for a service that does not answer;
    `grace_seconds` how long a server that was told to stop lets its calls go on; `max_calls` how
    many calls it accepts at once, and `max_queued` how many actions may wait for a worker.
    `deadline_seconds` are those of methods ("Analyze") that differ from the proto's own.
    With `tls_certificate` and `tls_key` a server speaks TLS only, with `tls_ca` as well it accepts
    only clients with a certificate of that authority; a client with `tls_ca` speaks TLS, and shows
    its own certificate if it has one.
    """

    patience_seconds: float = 60.0
    grace_seconds: float = 30.0
    max_calls: int = 1000
    max_queued: int = 250
    keepalive_seconds: float = 10.0
    deadline_seconds: Mapping[str, float] = field(default_factory=dict)
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    tls_ca: Path | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> RpcSettings:
        """Read the `ONBEAT_RPC_...` and `ONBEAT_TLS_...` variables (docs/services.md).

        Raises `InvalidInput` for values that cannot be used.
        """
        certificate, key, ca = (
            _file(environment, f"ONBEAT_TLS_{name}") for name in ("CERTIFICATE", "KEY", "CA")
        )
        if (certificate is None) != (key is None):
            raise InvalidInput("expected both of ONBEAT_TLS_CERTIFICATE and ONBEAT_TLS_KEY or none")
        return cls(
            patience_seconds=_seconds(environment, "ONBEAT_RPC_PATIENCE_SECONDS", 60.0),
            grace_seconds=_seconds(environment, "ONBEAT_RPC_GRACE_SECONDS", 30.0),
            max_calls=round(_seconds(environment, "ONBEAT_RPC_MAX_CALLS", 1000)),
            max_queued=round(_seconds(environment, "ONBEAT_RPC_MAX_QUEUED", 250)),
            keepalive_seconds=_seconds(environment, "ONBEAT_RPC_KEEPALIVE_SECONDS", 10.0),
            deadline_seconds=_deadlines(environment),
            tls_certificate=certificate,
            tls_key=key,
            tls_ca=ca,
        )


def _file(environment: Mapping[str, str], name: str) -> Path | None:
    text = environment.get(name)
    if not text:
        return None
    if not Path(text).is_file():
        raise InvalidInput(f"{name}={text!r}: there is no such file; expected PEM")
    return Path(text)


def _seconds(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name)
    return _positive(name, text) if text else default


def _deadlines(environment: Mapping[str, str]) -> Mapping[str, float]:
    name = "ONBEAT_RPC_DEADLINES"
    deadlines = {}
    for part in filter(None, environment.get(name, "").split(",")):
        method, _, text = part.partition("=")
        deadlines[method.strip()] = _positive(name, text)
    return deadlines


def _positive(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (0 < value < math.inf):
        raise InvalidInput(f"{name}: expected a number above 0, got {text!r}")
    return value
