"""`apply_operations`: one revision with its parent, only what is needed is loaded."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from services.gateway.edits.apply import apply_operations
from services.gateway.edits.parse import parse_operation
from shared.blobs import MemoryBlobs
from shared.digest import Digest
from shared.errors import InvalidInput, MissingBlob, NotFound
from shared.requests import PlanCutsRequest
from shared.schema import from_json, to_json
from shared.sync_map import CutEvent, CutPlan
from shared.timeline import Timeline
from tests.gateway.edits.runner import SceneRunner
from tests.gateway.edits.scenes import applied, changed, cut_plan, edited, film, operation


async def revise(runner: SceneRunner, timeline: Timeline, *documents: dict[str, Any]) -> Timeline:
    return await apply_operations(runner, timeline, [parse_operation(item) for item in documents])


def digest_of(timeline: Timeline) -> Digest:
    return Digest.of_bytes(to_json(timeline))


async def test_several_operations_make_one_revision_with_its_parent() -> None:
    runner = SceneRunner()
    wanted = {"op": "lock", "shot": "#2"}, {"op": "set_framing", "shot": "#1", "zoom": 2}
    after = await revise(runner, film(), *wanted)
    plain = edited(edited(film(), "lock", shot="#2"), "set_framing", shot="#1", zoom=2)
    assert after == replace(plain, parent=digest_of(film()))
    assert await revise(SceneRunner(), film(), *wanted) == after
    assert from_json(Timeline, to_json(after)) == after


async def test_looks_and_locks_load_nothing() -> None:
    runner = SceneRunner()
    bare = MemoryBlobs()
    runner._blobs = bare
    for document in (
        {"op": "lock", "shot": "#1"},
        {"op": "set_grade", "shot": "#1", "warmth": 1},
        {"op": "disable_accents", "shot": "#1"},
    ):
        await revise(runner, film(), document)
    assert runner.asked == []


async def test_only_the_clips_of_the_shots_concerned_are_looked_at() -> None:
    handles = [shot.source.handle for shot in film().shots]
    runner = SceneRunner()
    await revise(runner, film(), {"op": "reseed", "shot": "#1", "seed": 1})
    assert runner.encoded() == [handles[0]]
    runner = SceneRunner()
    await revise(runner, film(), {"op": "extend", "shot": "#6", "frames": 3})
    assert sorted(runner.encoded()) == sorted({*handles[4:7]} - {"photo", "tall"})
    runner = SceneRunner()
    await revise(
        runner,
        film(),
        {"op": "replace_source", "shot": "#1", "source": "photo"},
        {"op": "reseed", "shot": "#1", "seed": 0},
    )
    assert runner.encoded() == ["photo"]


async def test_what_the_runner_loads_is_what_the_scene_says() -> None:
    for op, fields in (
        ("reseed", {"shot": "#3", "seed": 2}),
        ("replace_source", {"shot": "#3", "source": "still"}),
        ("set_pacing", {"pacing": "driving"}),
    ):
        after = await revise(SceneRunner(), film(), {"op": op, **fields})
        assert after.shots == applied(film(), operation(op, **fields)).shots


async def test_the_cut_plan_says_why_every_cut_is_there() -> None:
    runner = SceneRunner()
    after = await revise(runner, film(), {"op": "split", "shot": "#1", "event": "beat"})
    plan = from_json(CutPlan, runner.blobs.read(after.cut_plan))
    assert tuple(cut.frame for cut in plan.cuts) == after.start_frames()[1:]
    assert set(cut_plan().cuts) < set(plan.cuts)
    new = next(cut for cut in plan.cuts if cut not in cut_plan().cuts)
    assert (new.event, new.reason) == (CutEvent.BEAT, "beat; put here by split")
    kept = await revise(runner, after, {"op": "reseed", "shot": "#1", "seed": 1})
    assert kept.cut_plan == after.cut_plan


async def test_pacing_asks_for_cuts_around_what_stays() -> None:
    runner = SceneRunner()
    locked = edited(film(), "lock", shot="#3")
    start = locked.start_frames()[2]
    after = await revise(runner, locked, {"op": "set_pacing", "pacing": "frantic"})
    request = next(item for item in runner.asked if isinstance(item, PlanCutsRequest))
    assert request.locked_spans == ((start, start + locked.shots[2].frames),)
    assert after.shots[after.start_frames().index(start)] == locked.shots[2]
    plan = from_json(CutPlan, runner.blobs.read(after.cut_plan))
    assert tuple(cut.frame for cut in plan.cuts) == after.start_frames()[1:]


async def test_undo_returns_the_parent_as_it_was() -> None:
    runner = SceneRunner()
    one = await revise(runner, film(), {"op": "split", "shot": "#1", "frame": 30})
    two = await revise(runner, one, {"op": "remove", "shot": "#4"})
    assert await revise(runner, two, {"op": "undo"}) == one
    assert await revise(runner, two, {"op": "undo"}, {"op": "undo"}) == film()
    other = await revise(runner, two, {"op": "undo"}, {"op": "lock", "shot": "#1"})
    assert other.parent == digest_of(one)
    assert changed(one, other) == [one.shots[0].id]


async def test_undo_is_refused_with_nothing_before_it_or_after_other_operations() -> None:
    with pytest.raises(InvalidInput, match="first revision; there is nothing to undo"):
        await revise(SceneRunner(), film(), {"op": "undo"})
    one = await revise(SceneRunner(), film(), {"op": "lock", "shot": "#1"})
    with pytest.raises(InvalidInput, match="expected it before the other operations"):
        await revise(SceneRunner(), one, {"op": "lock", "shot": "#2"}, {"op": "undo"})
    gone = replace(one, parent=Digest.of_bytes(b"gone"))
    with pytest.raises(MissingBlob, match="undo: the parent revision is gone"):
        await revise(SceneRunner(), gone, {"op": "undo"})


async def test_one_operation_that_fails_fails_all() -> None:
    with pytest.raises(NotFound, match="no shot #99"):
        await revise(
            SceneRunner(), film(), {"op": "lock", "shot": "#1"}, {"op": "lock", "shot": "#99"}
        )


def test_importing_edits_loads_no_picture_library() -> None:
    code = (
        "import sys; import services.gateway.edits.apply, services.gateway.edits.parse; "
        "print(sorted({'numpy', 'scipy', 'librosa', 'av', 'cv2'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
