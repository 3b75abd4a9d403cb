"""Many more requests of every kind than `make test` sends: none is an error of ours."""

from __future__ import annotations

import pytest

from tests.gateway.api.conftest import MadeFilm, api_sources, client, film, server
from tests.gateway.api.fuzzing import fuzz

__all__ = ["api_sources", "client", "film", "server"]


@pytest.mark.faults_all
@pytest.mark.timeout(1800)
def test_nothing_that_is_sent_is_an_error_of_ours(film: MadeFilm) -> None:
    done = fuzz(film, "fuzzed-long", 30)
    assert done.sent > 3000
    print(f"{done.sent} requests; never answered with a 2xx: {done.operations - done.reached}")
    assert len(done.reached) > 0.7 * len(done.operations), done.operations - done.reached
