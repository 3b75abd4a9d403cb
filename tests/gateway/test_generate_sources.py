"""Mentions become inputs by their roles, inputs a task, and a task a model."""

from __future__ import annotations

import pytest

from services.gateway.generate_sources import generated_source, inputs_of, task_of
from shared.brief import MediaKind, Role
from shared.errors import InvalidInput
from shared.families.family import Task
from shared.generate_options import Setting, ShotWish
from shared.generation import Generated
from tests.gateway.synthetic import reference

_REFERENCES = (
    reference("hero", MediaKind.IMAGE, Role.SUBJECT),
    reference("mug", MediaKind.IMAGE, Role.PRODUCT),
    reference("open", MediaKind.IMAGE, Role.FIRST_FRAME),
    reference("close", MediaKind.IMAGE, Role.LAST_FRAME),
    reference("dance", MediaKind.VIDEO, Role.MOTION),
    reference("plain", MediaKind.IMAGE),
    reference("clip", MediaKind.VIDEO),
    reference("mark", MediaKind.IMAGE, Role.LOGO),
)


def _made(prompt: str, **fields: object) -> Generated:
    wish = ShotWish(prompt, **fields)  # type: ignore[arg-type]
    return generated_source(wish, _REFERENCES, "generate.shots.3")


@pytest.mark.parametrize(
    ("prompt", "task", "model"),
    [
        ("waves in fog", Task.TEXT, "wan2.1-t2v-1.3b"),
        ("@hero walks past @mug", Task.REFERENCES, "wan2.1-vace-1.3b"),
        ("@plain burns", Task.REFERENCES, "wan2.1-vace-1.3b"),
        ("from @open on", Task.FIRST_FRAME, "wan2.2-ti2v-5b"),
        ("from @open to @close", Task.FIRST_AND_LAST, "wan2.1-flf2v-14b-720p"),
        ("@hero moves like @dance", Task.CONTROL, "wan2.1-vace-1.3b"),
        ("as in @clip, in snow", Task.CONTROL, "wan2.1-vace-1.3b"),
    ],
)
def test_the_task_follows_from_what_is_mentioned_and_the_model_from_the_task(
    prompt: str, task: Task, model: str
) -> None:
    source = _made(prompt)
    assert (source.backend, source.task, source.param("model")) == ("wan", task.value, model)
    assert "@" not in source.prompt
    assert task_of(source.inputs) is task


def test_inputs_stand_in_the_order_of_their_mention_each_once() -> None:
    inputs = inputs_of("@mug and @hero, @mug again", _REFERENCES)
    assert [(item.handle, item.role) for item in inputs] == [
        ("mug", Role.PRODUCT),
        ("hero", Role.SUBJECT),
    ]


def test_settings_and_seed_are_the_wishes() -> None:
    source = _made("waves", model="ltx-2", seed=9, settings=(Setting("steps", 8),))
    assert (source.backend, source.seed, source.param("steps")) == ("ltx2", 9, 8)
    assert source.params[0].name == "model"


def test_a_drawn_shot_has_a_scene_that_fits_its_words() -> None:
    source = _made("rain on the street", model="procedural")
    assert (source.backend, source.task) == ("procedural", "rain")
    assert len(str(source.param("palette")).split()) >= 3


@pytest.mark.parametrize(
    ("prompt", "fields", "message"),
    [
        (None, {}, "no prompt; expected what to show"),
        ("@hero and @nobody", {}, "no reference @nobody"),
        ("to @close", {}, r"@close \(last_frame\): a last frame goes with a first one"),
        ("@open and @hero", {}, "subjects go with subjects"),
        ("@open like @dance", {}, "a clip to follow goes with subjects only"),
        (
            "@hero",
            {"model": "wan2.1-t2v-1.3b"},
            "no task references .*expected wan2.1-vace-1.3b",
        ),
        ("rain", {"model": "procedural", "settings": (Setting("steps", 3),)}, "steps with model"),
    ],
)
def test_what_no_model_takes_is_refused_naming_the_place(
    prompt: str, fields: dict[str, object], message: str
) -> None:
    with pytest.raises(InvalidInput, match=f"^generate.shots.3: .*{message}"):
        _made(prompt, **fields)
