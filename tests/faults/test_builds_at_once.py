"""Two builds of one brief at once on one store: each action runs once, both films are equal."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.faults.builds import assert_same_film, finish, rows, start
from tests.faults.conftest import Calm

SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.faults_all) for seed in range(1, 6))]


@pytest.mark.parametrize("seed", SEEDS)
def test_each_action_is_performed_once(calm: Calm, tmp_path: Path, seed: int) -> None:
    store = tmp_path / "store"
    outs = [tmp_path / "one", tmp_path / "other"]
    builds = []
    for out in outs:
        builds.append(start(calm.sources, out, store))
        time.sleep(random.Random(seed).uniform(0, 3) if seed else 0)
    for build in builds:
        finish(build)
    assert {row.attempt for row in rows(store)} == {1}
    assert {row.state for row in rows(store)} == {"done"}
    assert len(rows(store)) == len(rows(calm.store))
    for out in outs:
        assert_same_film(out, calm.film)
