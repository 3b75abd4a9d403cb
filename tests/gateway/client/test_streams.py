"""Lines of a stream."""

from __future__ import annotations

import json

import pytest

from services.gateway.client.results import Event
from services.gateway.client.streams import EventReader, ends_job
from shared.errors import Unavailable

EVENT = {
    "type": "job.failed",
    "sequence": 7,
    "created_at": 1.0,
    "job": "j",
    "film": None,
    "data": {},
}


def test_events_are_read_and_comments_are_not() -> None:
    reader = EventReader()
    lines = [": hello", "", "id: 7", "event: job.failed", f"data: {json.dumps(EVENT)}", ""]
    found = [event for line in lines if (event := reader.read(line))]
    assert [event.sequence for event in found] == [7]
    assert ends_job(found[0])
    assert reader.headers()["Last-Event-ID"] == "7"


def test_an_event_that_was_cut_off_is_not_counted() -> None:
    reader = EventReader("6")
    reader.read("id: 7")
    reader.read("data: {")
    reader.restart()
    assert reader.read("") is None
    assert reader.headers()["Last-Event-ID"] == "6"


def test_what_cannot_be_read_is_unavailable() -> None:
    reader = EventReader()
    reader.read("data: {")
    with pytest.raises(Unavailable):
        reader.read("")
    assert not ends_job(Event("job.progress", 1, 0.0, None, None, {}))
