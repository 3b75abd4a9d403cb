"""`set_prompt`, and shots that a model makes instead of footage: only the clip is made anew."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from services.gateway.continuing import OVERLAP
from services.gateway.continuing import SETTING as CONTINUES
from services.gateway.diffusion_ask import DIFFUSION
from services.gateway.edits.fields import SHOT, Text, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.place import open_shot_index, with_shot
from services.gateway.edits.scene import Scene
from services.gateway.edits.settle import settle
from services.gateway.generate_sources import generated_source
from services.gateway.scene_cast import lines_of
from shared.brief import Reference
from shared.errors import InvalidInput
from shared.families.catalogue import MODEL_NAMES
from shared.generate_options import Setting, ShotWish
from shared.generation import MAX_PROMPT_CHARACTERS, PROCEDURAL, Generated, Param
from shared.procedural import SceneKind
from shared.shot import Framing, Move, Shot
from shared.timeline import Timeline

# As the source of `replace_source`; a reference of this name comes first.
GENERATE = "generate"
PROMPT = Text(
    re.compile(rf"(?s)(?=.*\S).{{1,{MAX_PROMPT_CHARACTERS}}}"),
    f"what to show in words, 1 to {MAX_PROMPT_CHARACTERS} characters; @handle mentions a reference",
)
MODEL = Text(re.compile("|".join(map(re.escape, MODEL_NAMES))), f"one of {', '.join(MODEL_NAMES)}")
# Settings that are about the inputs of one shot, not about how a film is made.
_OF_INPUTS = ("mask", "keyframes", "keep_frames", "video_start_seconds", "control_scale", "model")


@dataclass(frozen=True, slots=True)
class SetPrompt(Operation):
    """Say anew what a generated shot shows; its seed and settings stay.

    References that the prompt mentions are its inputs; where the task stays, so does the model.
    """

    OP: ClassVar[str] = "set_prompt"
    shot: str = field(metadata=of_kind(SHOT))
    prompt: str = field(metadata=of_kind(PROMPT))

    def looks_at(self, timeline: Timeline) -> Sequence[str]:
        return ()

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        shot = timeline.shots[index]
        if not isinstance(shot.source, Generated):
            raise InvalidInput(
                f"set_prompt: shot {shot.id} shows @{shot.source.handle}, which was not generated; "
                "expected a generated shot (replace_source with generate makes it one)"
            )
        _check_plain(shot.source, shot.id)
        words = " ".join(self.prompt.split())
        source = _said_anew(shot.source, words, timeline, f"set_prompt: shot {shot.id}")
        anew = replace(shot, source=_as_long(source, shot, timeline, self.OP))
        return settle(timeline, with_shot(timeline, index, anew).shots, scene, self.OP)


def prompted_shot(timeline: Timeline, index: int, prompt: str, model: str | None, op: str) -> Shot:
    """A shot that a model makes from words, with the settings of the film's other such shots.

    Raises `InvalidInput` as `generated_source` does, and for a shot longer than the model's clips.
    """
    shot = timeline.shots[index]
    manner = next((one.source for one in timeline.shots if _is_made(one.source)), None)
    settings: tuple[Setting, ...] = ()
    if isinstance(manner, Generated) and model in (None, manner.param("model")):
        settings = tuple(one for one in _settings(manner) if one.name != OVERLAP)
        model = model or _model_of(manner, prompt, timeline.references)
    where = f"{op}: shot {shot.id}"
    wish = ShotWish(" ".join(prompt.split()), model, settings=settings)
    source = _as_long(generated_source(wish, timeline.references, where), shot, timeline, op)
    grade = shot.grade.for_another_source()
    plain = replace(shot, source=source, framing=Framing(), move=Move(), accents=(), looks=())
    return replace(plain, grade=grade, seed=None)


def _check_plain(source: Generated, shot_id: str) -> None:
    if source.keeps is not None:
        raise InvalidInput(
            f"set_prompt: shot {shot_id} is an edit of a clip; expected that edit anew "
            "(edit_region, restyle)"
        )
    if source.opening is not None:
        raise InvalidInput(
            f"set_prompt: shot {shot_id} is made from a still; expected keyframe or animate, which "
            "take a prompt"
        )


def _said_anew(source: Generated, words: str, timeline: Timeline, where: str) -> Generated:
    if source.backend == PROCEDURAL:
        said = replace(source, prompt=words)
        if source.task != SceneKind.WORDS:
            return said
        lines = Param("lines", "\n".join(lines_of(words)))
        return replace(
            said, params=tuple(lines if one.name == "lines" else one for one in said.params)
        )
    settings = _settings(source)
    if source.continues is not None:
        going_on = sorted((*settings, Setting(CONTINUES, True)), key=lambda one: one.name)
        wish = ShotWish(words, _name_of(source), seed=source.seed, settings=tuple(going_on))
        said = generated_source(wish, timeline.references, where)
        return replace(said, continues=source.continues)
    model = _model_of(source, words, timeline.references)
    wish = ShotWish(words, model, seed=source.seed, settings=settings)
    return generated_source(wish, timeline.references, where)


def _model_of(source: Generated, words: str, references: Sequence[Reference]) -> str | None:
    """A source's model, if it has the task that the words ask for; None leaves it to be found."""
    from services.gateway.generate_sources import inputs_of, task_of
    from shared.families.catalogue import find_model

    model = _name_of(source)
    if not model or task_of(inputs_of(words, references)) not in find_model(model)[1].tasks:
        return None
    return model


def _name_of(source: Generated) -> str | None:
    return str(source.param("model") or "") or None


def _settings(source: Generated) -> tuple[Setting, ...]:
    return tuple(
        Setting(item.name, item.value) for item in source.params if item.name not in _OF_INPUTS
    )


def _as_long(source: Generated, shot: Shot, timeline: Timeline, op: str) -> Generated:
    """The source with the speed at which it covers its shot."""
    from services.gateway.generate_slots import slowed  # numpy: other edits do not wait for it

    try:
        return slowed(source, shot.frames / timeline.frame_rate)
    except InvalidInput as error:
        raise error.about(f"{op}: shot {shot.id}") from error


def _is_made(source: object) -> bool:
    """Whether a model makes a source of words and references alone."""
    if not isinstance(source, Generated) or source.backend not in DIFFUSION:
        return False
    return source.keeps is None and source.opening is None
