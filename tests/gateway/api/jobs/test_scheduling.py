"""Two tenants' films through the real scheduling code, in virtual time: nobody waits for others.

`benchmarks/load` has the simulation, and the same with 500 films. Costs of actions are measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.load.recorded import Recording, read_recording
from benchmarks.load.scheduling import (
    GOAL,
    Outcome,
    backlog_wishes,
    even_wishes,
    long_wishes,
    outcome,
)
from benchmarks.load.simulation import Sizes, Wish
from tests.contract.stores import empty_schema, postgres_url

FILMS = 120
Wishes = Callable[[Recording, int], list[Wish]]


def made(where: Path | str, wishes: Wishes, sizes: Sizes, films: int = FILMS) -> Outcome:
    return outcome(where, wishes(read_recording(), films), sizes)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    if request.param == "sqlite":
        yield tmp_path / "db.sqlite3"
        return
    with postgres_url() as url, empty_schema(url) as schema:
        yield schema


def test_two_tenants_get_as_much_and_all_films_are_made_in_time(where: Path | str) -> None:
    found = made(where, even_wishes, Sizes(film_workers=3, render=4), 40)
    assert found.span_seconds > 0.6 * found.seconds
    assert found.unfairness("held") <= GOAL
    assert found.unfairness("begun") <= GOAL
    # Workers that wait for a message that nobody sends would take a minute each time.
    assert found.seconds < 1.5 * found.ideal_seconds


@pytest.mark.parametrize("film_workers", [1, 3])
def test_a_backlog_keeps_nobody_waiting(tmp_path: Path, film_workers: int) -> None:
    found = made(tmp_path / "db", backlog_wishes, Sizes(film_workers, render=4))
    assert found.span_seconds > 10
    assert found.unfairness("held") <= GOAL
    a_wait, b_wait = (found.waits[name][0] for name in "ab")
    assert b_wait < a_wait / 2


@pytest.mark.parametrize("film_workers", [1, 3])
def test_long_films_of_one_tenant_get_no_more_time(tmp_path: Path, film_workers: int) -> None:
    found = made(tmp_path / "db", long_wishes, Sizes(film_workers, render=2), 60)
    assert found.unfairness("held") <= GOAL
    assert found.shares["a"].begun > 0.6, "shorter films, so more of them"
