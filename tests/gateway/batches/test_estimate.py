"""What a batch will render, said before: for each row, and what rows share."""

from __future__ import annotations

import asyncio
from pathlib import Path

from services.gateway.batches.batch import make_batch
from services.gateway.batches.estimate import estimate_batch
from services.gateway.batches.naming import named
from services.gateway.batches.rows import parse_csv
from services.gateway.batches.template import read_template
from shared.settings import Settings
from tests.gateway.batches.conftest import ROWS, Asked
from tests.gateway.finished import Silent


def test_it_says_what_then_happens(asked: Asked, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "store")
    template = read_template(asked.template)
    rows = named(parse_csv(ROWS, template.slots, asked.rows.parent), "{row:02}", template.slots)
    before = asyncio.run(estimate_batch(settings, template, rows, draft=False))
    assert [line.message != "" for line in before] == [False, False, True, True]
    first, second = before[:2]
    assert first.will_render == first.clips > 0
    assert second.shared + second.will_render == second.clips
    assert first.cpu_seconds is None  # nothing like it was ever rendered here
    done = asyncio.run(
        make_batch(settings, template, rows, tmp_path / "out", draft=False, watcher=Silent())
    )
    assert [result.renders_run for result in done[:2]] == [first.will_render, second.will_render]
    after = asyncio.run(estimate_batch(settings, template, rows, draft=False))
    assert [line.in_store for line in after[:2]] == [line.clips for line in after[:2]]
    assert after[0].cpu_seconds == 0
