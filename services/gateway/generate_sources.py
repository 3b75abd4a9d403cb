"""From a wish in words to what a shot shows: backend, task, inputs and settings. Pure functions.

A reference that the prompt mentions is an input of the model, as what its roles say; one without a
role that a model knows is a subject if it is a picture, and motion to follow if it is a clip. The
task follows from these inputs, and the model from the task.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.gateway.continuing import SETTING as CONTINUES
from services.gateway.palette_choice import choose_palette
from services.gateway.scene_cast import ScenePlan, drawn_source, ranked_scenes
from shared.brief import MediaKind, Reference, Role
from shared.errors import InvalidInput
from shared.families.catalogue import FAMILIES, find_model
from shared.families.defaults import model_for
from shared.families.family import Task
from shared.generate_options import ShotWish
from shared.generation import PROCEDURAL, Generated, Param, RoleInput
from shared.mentions import mentioned, without_mentions

# What a model can be given a reference as, in the order in which a reference's roles are asked.
_AS = (
    Role.FIRST_FRAME,
    Role.LAST_FRAME,
    Role.SUBJECT,
    Role.PRODUCT,
    Role.MOTION,
    Role.CAMERA,
    Role.PERFORMANCE,
    Role.STYLE,
)
_SUBJECTS = frozenset({Role.SUBJECT, Role.PRODUCT, Role.STYLE})
_VIDEOS = frozenset({Role.MOTION, Role.CAMERA, Role.PERFORMANCE})


def generated_source(
    wish: ShotWish, references: Sequence[Reference], where: str, seed: int = 0
) -> Generated:
    """What a shot of this wish shows; `seed` is the film's, for choices of drawn scenes.

    Raises `InvalidInput` for a wish without a prompt, a mention of nothing, or inputs for which no
    model has a task; the message begins with `where`.
    """
    try:
        return _source(wish, references, seed)
    except InvalidInput as error:
        raise error.about(where) from error


def inputs_of(prompt: str, references: Sequence[Reference]) -> tuple[RoleInput, ...]:
    """The references that a prompt mentions, each once, in order, as what a model is given them."""
    by_handle = {item.handle: item for item in references}
    return tuple(_input(by_handle[handle]) for handle in mentioned(prompt, references))


def task_of(inputs: Sequence[RoleInput]) -> Task:
    """The task that some inputs are for; raises `InvalidInput` where no task takes them all."""
    roles = {item.role for item in inputs}
    if roles & _VIDEOS:
        roles -= _VIDEOS | _SUBJECTS
        if roles:
            raise _together(inputs, "a clip to follow goes with subjects only")
        return Task.CONTROL
    if roles & _SUBJECTS:
        if roles - _SUBJECTS:
            raise _together(inputs, "subjects go with subjects or with a clip to follow")
        return Task.REFERENCES
    if Role.LAST_FRAME in roles:
        if Role.FIRST_FRAME not in roles:
            raise _together(inputs, "a last frame goes with a first one")
        return Task.FIRST_AND_LAST
    return Task.FIRST_FRAME if Role.FIRST_FRAME in roles else Task.TEXT


def _source(wish: ShotWish, references: Sequence[Reference], seed: int) -> Generated:
    if wish.prompt is None:
        raise InvalidInput("no prompt; expected what to show, in words")
    words = without_mentions(wish.prompt, references)
    if words is None:
        raise InvalidInput(f"prompt {wish.prompt!r} says nothing beside its mentions")
    if wish.model == PROCEDURAL:
        return _drawn(wish, words, seed)
    inputs = inputs_of(wish.prompt, references)
    task = _task(wish, inputs)
    backend = find_model(wish.model)[0].name if wish.model else FAMILIES[0].name
    model = wish.model or model_for(backend, task)
    accepted = find_model(model)[1].tasks
    if task not in accepted:
        raise InvalidInput(
            f"model {model} has no task {task.value} (it has {', '.join(accepted)}); expected "
            f"{model_for(backend, task)}, or other references in the prompt"
        )
    params = [Param(item.name, item.value) for item in wish.settings if item.name != CONTINUES]
    params = sorted([*params, Param("model", model)], key=lambda item: item.name)
    return Generated(backend, task.value, words, inputs, tuple(params), seed=wish.seed)


def continues(wish: ShotWish) -> bool:
    """Whether a wish is for a shot that goes on from the one before it."""
    return any(item.name == CONTINUES and bool(item.value) for item in wish.settings)


def _task(wish: ShotWish, inputs: Sequence[RoleInput]) -> Task:
    if not continues(wish):
        return Task(wish.task) if wish.task is not None else task_of(inputs)
    if wish.task not in (None, Task.CONTINUE):
        raise InvalidInput(f"task {wish.task} with {CONTINUES}: true; expected one of them")
    return Task.CONTINUE


def _drawn(wish: ShotWish, words: str, seed: int) -> Generated:
    if wish.task is not None or wish.settings:
        named = "task" if wish.task is not None else wish.settings[0].name
        raise InvalidInput(f"{named} with model {PROCEDURAL}, which is drawn; expected a prompt")
    scene = ranked_scenes(words, seed)[0]
    return drawn_source(ScenePlan(scene), words, choose_palette(words, seed))


def _input(reference: Reference) -> RoleInput:
    role = next((role for role in _AS if role in reference.roles), None)
    if Role.LOGO in reference.roles:
        role = Role.LOGO  # refused by name: logos are laid over the film
    if role is None:
        role = Role.SUBJECT if reference.kind is MediaKind.IMAGE else Role.MOTION
    return RoleInput(reference.handle, reference.blob, reference.kind, role)


def _together(inputs: Sequence[RoleInput], what: str) -> InvalidInput:
    listed = ", ".join(f"@{item.handle} ({item.role.value})" for item in inputs)
    return InvalidInput(f"prompt mentions {listed}: {what}")
