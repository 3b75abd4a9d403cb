"""Edits of a part or all of a shot: what the timeline wishes for, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.gateway.edits.parse import operation_document, parse_operation
from services.gateway.generating import clip_seed
from shared.errors import Conflict, InvalidInput
from shared.families.catalogue import find_model
from shared.families.family import Task
from shared.generation import seed_of
from shared.region import Region, box
from shared.schema import from_json, to_json
from shared.shot import Footage
from shared.timeline import Timeline
from tests.gateway.drawn import film as drawn_film
from tests.gateway.drawn import source_of
from tests.gateway.edits.scenes import REFERENCES, changed, edited, film

BOX = {"x": 0.25, "y": 0.25, "width": 0.5, "height": 0.5}


def of_a_clip(timeline: Timeline) -> int:
    return next(
        index for index, shot in enumerate(timeline.shots) if shot.source.handle in ("long", "walk")
    )


def edit(timeline: Timeline, index: int, **fields: Any) -> Timeline:
    values = {"region": BOX, "prompt": "a red balloon", **fields}
    return edited(timeline, "edit_region", shot=f"#{index + 1}", **values)


def test_a_region_of_footage_keeps_its_window() -> None:
    index = of_a_clip(film())
    shot = film().shots[index]
    after = edit(film(), index)
    assert changed(film(), after) == [shot.id]
    made = source_of(after.shots[index])
    assert isinstance(shot.source, Footage)
    assert made.keeps is not None
    assert made.keeps.region == box(0.25, 0.25, 0.5, 0.5)
    assert (made.keeps.blob, made.keeps.start_seconds, made.keeps.speed) == (
        shot.source.blob,
        shot.source.start_seconds,
        shot.source.speed,
    )
    assert (made.prompt, made.seed) == ("a red balloon", seed_of(shot.id))
    assert Task.MASKED in find_model(str(made.param("model")))[1].tasks
    assert after.shots[index].framing == shot.framing


def test_a_region_of_a_generated_shot_keeps_its_very_clip() -> None:
    shot = drawn_film().shots[1]
    once = edit(drawn_film(), 1, seed=5)
    kept = source_of(once.shots[1]).keeps
    assert kept is not None
    assert kept.generated is not None
    assert kept.generated.seed == clip_seed(shot)
    twice = source_of(edit(once, 1, prompt="another").shots[1]).keeps
    assert twice is not None
    assert twice.generated is not None
    assert twice.generated.keeps == kept
    assert from_json(Timeline, to_json(once)) == once


def test_a_painted_region_is_a_picture_of_the_film() -> None:
    painted = next(item for item in REFERENCES if item.handle == "photo")
    after = edit(film(), of_a_clip(film()), region={"painted": "@photo", "feather": 0})
    kept = source_of(after.shots[of_a_clip(film())]).keeps
    assert kept is not None
    assert kept.region == Region(painted=painted.blob, feather=0.0)
    for handle in ("nothing", "walk"):
        with pytest.raises(InvalidInput, match=f"@{handle}: expected a picture of @photo"):
            edit(film(), of_a_clip(film()), region={"painted": f"@{handle}"})


def test_a_film_without_edits_has_the_digest_it_had() -> None:
    assert b"keeps" not in to_json(drawn_film())


def test_restyling_keeps_the_movement_and_no_pixel() -> None:
    index = of_a_clip(film())
    after = edited(film(), "restyle", shot=f"#{index + 1}", prompt="a watercolour")
    made = source_of(after.shots[index])
    assert made.keeps is not None
    assert made.keeps.region is None
    assert made.task == Task.CONTROL.value


def test_an_instruction_goes_to_a_model_that_takes_one() -> None:
    index = of_a_clip(film())
    after = edited(film(), "instruct", shot=f"#{index + 1}", prompt="make it rain")
    made = source_of(after.shots[index])
    assert made.keeps is not None
    assert made.keeps.region is None
    assert (made.task, made.param("model")) == (Task.INSTRUCT.value, "lucy-edit-dev")
    for model in ("wan2.1-vace-14b", "ltx-2"):
        with pytest.raises(InvalidInput, match=f"{model} has no task instruct; expected lucy-edit"):
            edited(film(), "instruct", shot=f"#{index + 1}", prompt="rain", model=model)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"region": {"x": 0.1}}, "region is .*expected a box"),
        ({"region": {"points": [[0, 0], [1, 1]]}}, "region is .*a polygon"),
        ({"prompt": " "}, "prompt is ' '"),
        ({"model": "wan2.1-t2v-14b"}, "has no task masked_edit; expected wan2.1-vace"),
        ({"model": "crayons"}, "'crayons' does not exist"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_what_makes_no_edit_is_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        edit(film(), of_a_clip(film()), **fields)


def test_what_cannot_be_kept_frame_by_frame_is_refused() -> None:
    index = of_a_clip(film())
    shot = film().shots[index]
    assert isinstance(shot.source, Footage)
    backwards = replace(shot, source=replace(shot.source, is_reversed=True))
    shots = (*film().shots[:index], backwards, *film().shots[index + 1 :])
    with pytest.raises(InvalidInput, match="plays backwards; expected a clip at one speed"):
        edit(replace(film(), shots=shots), index)
    photo = next((i for i, one in enumerate(film().shots) if one.source.handle == "photo"), None)
    if photo is not None:
        with pytest.raises(InvalidInput, match="is a photo"):
            edit(film(), photo)
    locked = edited(film(), "lock", shot=f"#{index + 1}")
    with pytest.raises(Conflict, match="locked"):
        edit(locked, index)


def test_it_is_written_as_it_was_read() -> None:
    document = {"op": "edit_region", "shot": "#3", "region": BOX, "prompt": "rain"}
    assert operation_document(parse_operation(document)) == document
