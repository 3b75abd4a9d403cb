"""Log lines that say for which job and action they are: text for people, JSON for machines."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TextIO

from shared.telemetry import Asked, Observer, current_action, current_job

_LOG = logging.getLogger("onbeat.actions")
_OURS = "onbeat_"  # `extra={"onbeat_key": ...}` becomes the field "key"


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, service, message, and what is known.

    That is `job`, `action`, `key`, `trace_id`, and whatever a line was given as `onbeat_...`.
    """

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "service": self._service,
            "message": record.getMessage(),
            **_circumstances(),
        }
        for name, value in vars(record).items():
            if name.startswith(_OURS):
                line[name.removeprefix(_OURS)] = value
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class Logs(Observer):
    """Writes every record of this process to one stream, and a line for each action."""

    def __init__(
        self, service: str, *, as_json: bool, stream: TextIO | None = None, actions: bool = True
    ) -> None:
        self._handler = logging.StreamHandler(stream or sys.stderr)
        plain = logging.Formatter("%(name)s: %(message)s")
        self._handler.setFormatter(JsonFormatter(service) if as_json else plain)
        self._actions = actions
        root = logging.getLogger()
        self._level = root.level
        root.addHandler(self._handler)
        root.setLevel(logging.INFO)

    @contextmanager
    def action(self, asked: Asked) -> Iterator[None]:
        try:
            yield
        finally:
            if self._actions:
                _LOG.info(
                    "%s %s %s", asked.backend, asked.key[:12], asked.outcome, extra=_extra(asked)
                )

    def close(self) -> None:
        root = logging.getLogger()
        root.removeHandler(self._handler)
        root.setLevel(self._level)


def _extra(asked: Asked) -> dict[str, Any]:
    return {
        "onbeat_action": asked.action,
        "onbeat_key": asked.key,
        "onbeat_backend": asked.backend,
        "onbeat_outcome": asked.outcome,
        "onbeat_subject": asked.subject,
        "onbeat_queue_seconds": round(asked.queue_seconds, 6),
        "onbeat_run_seconds": round(asked.run_seconds, 6),
    }


def _circumstances() -> dict[str, str]:
    """What is known of the task that writes a line."""
    known = {}
    if job := current_job():
        known["job"] = job
    if (asked := current_action()) is not None:
        known |= {"action": asked.action, "key": asked.key}
    if (trace := sys.modules.get("opentelemetry.trace")) is not None:  # loaded: traces are on
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            known["trace_id"] = f"{context.trace_id:032x}"
    return known
