"""Two tenants' films through the real scheduling code, in virtual time: nobody waits for others.

`benchmarks/load` has the simulation, and the same with 500 films. Costs of actions are measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.load.fairness import Made, Served, Share, contended, shares
from benchmarks.load.material import Pool
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
from benchmarks.load.week import Tenant, backlog_first, plan_week
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


def test_only_the_time_in_which_both_wait_counts() -> None:
    films = [
        Made("a", asked_at=0, began_at=0, finished_at=4),
        Made("a", asked_at=0, began_at=6, finished_at=10),
        Made("a", asked_at=0, began_at=12, finished_at=20),
        Made("b", asked_at=2, began_at=4, finished_at=8),
        Made("b", asked_at=2, began_at=8, finished_at=12),
    ]
    assert contended(films, {"a", "b"}) == (2, 8)
    assert contended(films, {"a", "nobody"}) == (0.0, 0.0)
    served = [Served("a", 3, 2.0), Served("b", 7, 6.0), Served("a", 15, 100.0)]
    assert shares(films, served, (2, 8)) == {
        "a": Share(begun=0.5, held=0.5, cpu_seconds=0.25),
        "b": Share(begun=0.5, held=0.5, cpu_seconds=0.75),
    }


def test_a_week_is_the_same_for_a_seed_and_shares_what_it_says() -> None:
    tenants = [Tenant("a", 30), Tenant("b", 10)]
    asks = plan_week(tenants, Pool(), seed=3, shared=0.75)
    assert asks == plan_week(tenants, Pool(), seed=3, shared=0.75)
    assert asks != plan_week(tenants, Pool(), seed=4, shared=0.75)
    pictures = [name for ask in asks for name in ask.handles[1:]]
    own = [(ask.tenant, name) for ask in asks for name in ask.own]
    assert len(own) == len(set(own)) == len(pictures) / 4
    assert {ask.tenant for ask in asks[:5]} == {"a", "b"}
    late = backlog_first(asks, "a", 27)
    assert [ask.tenant for ask in late[:27]] == ["a"] * 27
    assert sorted(map(repr, late)) == sorted(map(repr, asks))
