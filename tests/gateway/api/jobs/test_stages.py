"""How far a job is."""

from __future__ import annotations

from services.gateway.api.jobs.stages import Stages
from shared.runner import Progress


def test_progress_rises_and_is_whole_only_at_the_end() -> None:
    stages, seen = Stages(), []
    stages.expect("encode", 2)
    stages.expect("render", 4)
    for action, count in (("encode", 2), ("plan_cuts", 1), ("render", 4), ("measure", 4)):
        for place in range(count):
            for fraction in (0.5, 1.0):
                stages.show(Progress(f"{action}{place}", action, "", fraction))
                seen.append(stages.progress)
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[-1] < 1
    assert stages.stage == "measure"
    stages.show(Progress("x", "something new", "", 1.0))
    assert stages.progress == seen[-1]
