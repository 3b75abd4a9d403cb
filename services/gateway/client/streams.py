"""Server-Sent Events: lines to events, and where to go on after a lost connection."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from services.gateway.client.results import Event, result_of
from shared.errors import Unavailable

# So many connections in a row may bring nothing before the server counts as gone.
MAX_SILENT = 5


@dataclass(slots=True)
class EventReader:
    """Turns a stream's lines into events; `last_id` is what `Last-Event-ID` has to be next."""

    last_id: str | None = None
    _id: str | None = None
    _data: list[str] = field(default_factory=list)

    def read(self, line: str) -> Event | None:
        """Take one line without its end; the event that it completes, if it does."""
        if line == "":
            return self._complete()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "id" and "\0" not in value:
            self._id = value
        return None

    def restart(self) -> None:
        """Forget what a lost connection left unfinished."""
        self._id, self._data = None, []

    def headers(self) -> dict[str, str]:
        """What the next request has to say."""
        known = {} if self.last_id is None else {"Last-Event-ID": self.last_id}
        return {"Accept": "text/event-stream", **known}

    def _complete(self) -> Event | None:
        data, id_ = "\n".join(self._data), self._id
        self.restart()
        if id_ is not None:
            self.last_id = id_
        if not data:
            return None
        try:
            return result_of(Event, json.loads(data))
        except ValueError:
            raise Unavailable("the server sent an event that cannot be read") from None


def ends_job(event: Event) -> bool:
    """Whether an event is a job's last."""
    return event.type in ("job.succeeded", "job.failed", "job.cancelled")
