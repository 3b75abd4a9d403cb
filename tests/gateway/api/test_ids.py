"""Opaque ids."""

from __future__ import annotations

import time

import pytest

from services.gateway.api.ids import _Later, is_id, new_id, seeded


def test_ids_are_unique_and_sort_by_time() -> None:
    first = [new_id("job") for _ in range(100)]
    time.sleep(0.002)
    second = [new_id("job") for _ in range(100)]
    assert len({*first, *second}) == 200
    assert max(first) < min(second)
    assert all(is_id("job", one) for one in first)


def test_what_is_no_id_is_told() -> None:
    for text in ("", "job_", "film_" + "0" * 26, "job_" + "z" * 26, new_id("job") + "\n"):
        assert not is_id("job", text)


def test_a_seed_gives_the_same_ids_again() -> None:
    with seeded(b"one", 1e9):
        first = [new_id("job"), new_id("film"), new_id("job")]
    with seeded(b"one", 1e9):
        assert [new_id("job"), new_id("film"), new_id("job")] == first
    with seeded(b"other", 1e9):
        assert new_id("job") not in first
    assert len(set(first)) == 3
    assert new_id("job") not in first


def test_ids_of_one_moment_sort_as_they_were_given(monkeypatch: pytest.MonkeyPatch) -> None:
    later = _Later()
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    given = [later.next() for _ in range(1000)]
    later._rest = (1 << 80) - 2  # no more fit into this millisecond
    given += [later.next() for _ in range(10)]
    assert given == sorted(set(given))
    monkeypatch.setattr("time.time", lambda: 1_999_999_999.0)  # a clock that was set back
    assert later.next() > given[-1]
