"""References become pictures of a model by their roles."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from services.gateway.diffusion_pictures import pictures_of
from shared.brief import MediaKind, Role
from shared.errors import InvalidInput
from shared.families.family import Part, Picture, Task
from shared.families.request import Source
from shared.generation import Generated, RoleInput, params_of
from tests.shared.families.shots import digest


def _input(handle: str, role: Role, kind: MediaKind = MediaKind.IMAGE) -> RoleInput:
    return RoleInput(handle, digest(handle), kind, role)


def _pictures(task: Task, *inputs: RoleInput, **params: Any) -> tuple[Picture, ...]:
    return pictures_of(Generated("wan", task.value, "", inputs, params_of(**params)), task)


def test_roles_are_parts() -> None:
    roles = (Role.FIRST_FRAME, Role.LAST_FRAME, Role.SUBJECT, Role.PRODUCT, Role.MOTION)
    found = _pictures(Task.CONTROL, *(_input(role.value, role) for role in roles))
    assert [one.part for one in found] == [
        Part.FIRST, Part.LAST, Part.SUBJECT, Part.SUBJECT, Part.VIDEO,
    ]  # fmt: skip


def test_a_mask_is_named_and_a_clip_starts_where_it_is_told() -> None:
    clip = _input("clip", Role.SOURCE, MediaKind.VIDEO)
    found = _pictures(
        Task.MASKED, clip, _input("hole", Role.SOURCE), mask="@hole", video_start_seconds=1.5
    )
    assert [one.part for one in found] == [Part.VIDEO, Part.MASK]
    assert found[0].source == Source(digest("clip"), MediaKind.VIDEO, Fraction(3, 2))
    assert found[1].source.start_seconds == 0


def test_keyframes_stand_where_they_are_told() -> None:
    inputs = (_input("a", Role.FIRST_FRAME), _input("b", Role.SOURCE))
    found = _pictures(Task.KEYFRAMES, *inputs, keyframes="b@-1*0.8, @a@0")
    assert [(one.part, one.latent_index, one.strength) for one in found] == [
        (Part.KEYFRAME, 0, 1.0),
        (Part.KEYFRAME, -1, 0.8),
    ]


_REFUSED: list[tuple[tuple[RoleInput, ...], dict[str, Any], Task, str]] = [
    ((_input("mark", Role.LOGO),), {}, Task.REFERENCES, "@mark is a logo: it is laid over the"),
    ((_input("hum", Role.VOICE),), {}, Task.REFERENCES, "@hum has the role voice; expected first"),
    ((), {"mask": "hole"}, Task.MASKED, "@hole is no input of the shot; it has no inputs"),
    ((_input("a", Role.SOURCE),), {"keyframes": "a"}, Task.KEYFRAMES, "'a': expected a handle and"),
    ((_input("a", Role.SOURCE),), {"keyframes": "b@0"}, Task.KEYFRAMES, "@b is no input .* has @a"),
    (
        (_input("a", Role.SOURCE), _input("b", Role.SOURCE)),
        {"keyframes": "b@0"},
        Task.KEYFRAMES,
        "nothing says where @a stands",
    ),
]


@pytest.mark.parametrize(("inputs", "params", "task", "found"), _REFUSED)
def test_what_no_model_sees_is_refused(
    inputs: tuple[RoleInput, ...], params: dict[str, Any], task: Task, found: str
) -> None:
    with pytest.raises(InvalidInput, match=found):
        _pictures(task, *inputs, **params)
