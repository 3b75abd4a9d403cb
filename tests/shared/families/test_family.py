"""What a model cannot do is refused before anything is encoded, naming both values."""

from __future__ import annotations

import dataclasses

import pytest

from shared.errors import InvalidInput
from shared.families.family import (
    FamilyShot,
    Part,
    Picture,
    Task,
    check_shot,
    condition_dtype,
    model_of,
)
from shared.families.handover import Handover
from shared.families.ltx2 import LTX2
from shared.families.request import DType
from shared.families.wan import WAN
from tests.shared.families.shots import P480, P720, digest, image, shot, size, video

_FIRST, _LAST = (Part.FIRST, image("a")), (Part.LAST, image("b"))
_VIDEO = (Part.VIDEO, video("v"))
_MANY = tuple((Part.SUBJECT, image(str(index))) for index in range(5))


@pytest.mark.parametrize(
    ("task", "given", "words"),
    [
        (Task.CONTROL, shot("wan2.1-t2v-14b"), "has no task control; expected text_to_video"),
        (Task.FIRST_FRAME, shot("wan2.1-i2v-14b-720p"), "found 0 of first_frame; expected 1"),
        (
            Task.FIRST_FRAME,
            shot("wan2.1-i2v-14b-720p", _FIRST, _LAST),
            "found 1 of last_frame; expected 0",
        ),
        (
            Task.REFERENCES,
            shot("wan2.1-vace-14b", *_MANY),
            "found 5 of subject; expected 1 to 4",
        ),
        (Task.MASKED, shot("wan2.1-vace-14b", _VIDEO), "found 0 of mask; expected 1"),
        (
            Task.EXTEND,
            shot("wan2.1-vace-14b", _VIDEO),
            r"keep_frames 0: expected 4n \+ 1, less than the 81 frames",
        ),
        (
            Task.EXTEND,
            shot("wan2.1-vace-14b", _VIDEO, keep_frames=81),
            "keep_frames 81: expected",
        ),
        (
            Task.CONTROL,
            shot("wan2.1-vace-14b", _VIDEO, keep_frames=5),
            "keep_frames 5 with control; expected 0",
        ),
        (
            Task.FIRST_FRAME,
            shot("wan2.1-i2v-14b-720p", pictures=(Picture(*_FIRST, strength=1.5),)),
            "strength 1.5: expected 0 to 1",
        ),
    ],
)
def test_refusals(task: Task, given: FamilyShot, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        WAN.encode_requests(task, given, P720)
    with pytest.raises(InvalidInput, match=words):
        WAN.cost(task, given, P720, 50)


def test_a_size_for_another_model_is_refused() -> None:
    check_shot(model_of(WAN, "wan2.1-t2v-14b"), Task.TEXT, shot("wan2.1-t2v-14b"), P720)
    with pytest.raises(InvalidInput, match="1280x720 is 921600 pixels; expected at most 399360"):
        WAN.encode_requests(Task.TEXT, shot("wan2.1-t2v-1.3b"), P720)


def test_unknown_models_are_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidInput, match=r"'wan3' is not one of wan; expected wan2\.1-t2v-1\.3b"):
        WAN.encode_requests(Task.TEXT, shot("wan3"), P480)


@pytest.mark.parametrize("family", [WAN, LTX2], ids=lambda family: family.name)
def test_every_model_and_task_says_what_it_needs(family: object) -> None:
    assert isinstance(family, type(WAN) | type(LTX2))
    for name, model in family.models.items():
        assert model.name == name
        for task, parts in model.tasks.items():
            pictures = [
                (part, video(part) if part is Part.VIDEO else image(f"{part}{index}"))
                for part, (least, _) in parts.items()
                for index in range(least)
            ]
            keep = model.grid.frame_step + 1 if task is Task.EXTEND else 0
            taken = Handover(digest("latents"), 1) if task is Task.CONTINUE else None
            given = shot(name, *pictures, keep_frames=keep, handover=taken)
            geometry = size(320, 256, 17, int(model.grid.frame_rate))
            requests = family.encode_requests(task, given, geometry)
            needed = {component for one in requests.values() for component in one.components}
            assert needed <= set(model.components)
            assert all(one.family == family.name for one in requests.values())
            assert family.cost(task, given, geometry, 4).petaflop > 0


@pytest.mark.parametrize(
    ("task", "taken", "found"),
    [
        (Task.CONTINUE, None, "continue with no latents handed over; expected those of another"),
        (Task.TEXT, Handover(digest("latents"), 1), "text_to_video with latents handed over; exp"),
        (Task.CONTINUE, Handover(digest("latents"), 0), r"handover.frames 0: expected 1 to 4 of"),
        (
            Task.CONTINUE,
            Handover(digest("latents"), 5),
            r"frames 5: expected 1 to 4 of the clip's 5",
        ),
        (Task.CONTINUE, Handover(digest("latents"), 1, 49), "handover.before 49: expected 0 to 48"),
    ],
)
def test_latents_are_handed_over_where_a_task_goes_on_from_them(
    task: Task, taken: Handover | None, found: str
) -> None:
    model = model_of(WAN, "wan2.1-vace-1.3b")
    with pytest.raises(InvalidInput, match=found):
        check_shot(model, task, shot(model.name, handover=taken), size(320, 256, 17))
    given = shot(model.name, handover=Handover(digest("latents"), 4, 48))
    check_shot(model, Task.CONTINUE, given, size(320, 256, 17))


def test_pasted_latents_are_kept_in_float32() -> None:
    models, given = WAN.models, shot("wan2.2-ti2v-5b")
    assert condition_dtype(models["wan2.2-ti2v-5b"], given) is DType.FLOAT32
    assert condition_dtype(models["wan2.2-t2v-a14b"], given) is DType.BFLOAT16
    full = dataclasses.replace(given, dtype=DType.FLOAT32)
    assert condition_dtype(models["wan2.2-t2v-a14b"], full) is DType.FLOAT32
