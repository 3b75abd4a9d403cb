"""Opaque ids."""

from __future__ import annotations

import time

from services.gateway.api.ids import is_id, new_id, seeded


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
