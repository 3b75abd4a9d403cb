"""The jobs behind videos are known to the film worker; what they make is in test_endpoints."""

from __future__ import annotations

import pytest

from services.gateway.api.jobs.work import KINDS
from services.gateway.compat.openai_videos import work
from services.gateway.compat.openai_videos.continuation import Continuation


def test_their_names_are_their_own() -> None:
    assert set(work.KINDS) == {work.REMIX, work.FROM_FILE}
    assert not set(work.KINDS) & set(KINDS)


@pytest.mark.parametrize("seconds", ["2", "5/2"])
def test_seconds_ask_for_a_continuation(seconds: str) -> None:
    change = work._change(None, seconds, "on")
    assert isinstance(change, Continuation)
    assert str(change.seconds) == seconds
