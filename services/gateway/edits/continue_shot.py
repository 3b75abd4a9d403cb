"""`continue_shot`: a generated shot goes on from another one, by its latents, or begins anew."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import ClassVar

from services.gateway.continuing import OVERLAP, overlap_of
from services.gateway.diffusion_ask import DIFFUSION
from services.gateway.edits.fields import SHOT, Flag, Whole, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.place import open_shot_index, shot_index
from services.gateway.edits.scene import Scene
from services.gateway.edits.settle import settle
from services.gateway.generate_sources import task_of
from shared.errors import InvalidInput
from shared.families.catalogue import find_model
from shared.families.defaults import model_for
from shared.families.family import Task
from shared.generation import Generated, Param
from shared.shot import Shot
from shared.timeline import Timeline

MAX_OVERLAP = 100


@dataclass(frozen=True, slots=True)
class ContinueShot(Operation):
    """Go on from the end of an earlier generated shot, the one before it if none is named.

    The clip begins with `overlap_frames` of its latent frames. With `on` false it begins anew. The
    transition into the shot goes; prompt, inputs, seed and settings stay.
    """

    OP: ClassVar[str] = "continue_shot"
    HEARS: ClassVar[bool] = True
    shot: str = field(metadata=of_kind(SHOT))
    after: str | None = field(default=None, metadata=of_kind(SHOT))
    overlap_frames: int | None = field(default=None, metadata=of_kind(Whole(1, MAX_OVERLAP)))
    on: bool = field(default=True, metadata=of_kind(Flag()))

    def check(self) -> None:
        if not self.on and (self.after is not None or self.overlap_frames is not None):
            raise InvalidInput(f"{self.OP}: on is false; expected neither after nor overlap_frames")

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        index = open_shot_index(timeline, self.shot, self.OP)
        shot = timeline.shots[index]
        source = _plain(self.OP, shot)
        anew = self._going_on(timeline, index, source) if self.on else _beginning(source)
        shots = [*timeline.shots[:index], replace(shot, source=anew), *timeline.shots[index + 1 :]]
        kept = [one for one in timeline.transitions if one.into != shot.id or not self.on]
        return settle(timeline, shots, scene, self.OP, transitions=kept)

    def _going_on(self, timeline: Timeline, index: int, source: Generated) -> Generated:
        other = index - 1 if self.after is None else shot_index(timeline, self.after, self.OP)
        if not 0 <= other < index:
            raise InvalidInput(
                f"{self.OP}: shot {timeline.shots[index].id} is before what it is to go on from; "
                "expected an earlier shot"
            )
        going = _for_task(source, Task.CONTINUE)
        if self.overlap_frames is not None:
            others = [one for one in going.params if one.name != OVERLAP]
            params = [*others, Param(OVERLAP, self.overlap_frames)]
            going = replace(going, params=tuple(sorted(params, key=lambda one: one.name)))
        overlap_of(going, find_model(str(going.param("model")))[1])
        # It is another clip, which begins where that shot ends: no window of the old one.
        return replace(
            going, continues=timeline.shots[other].id, start_seconds=Fraction(0), seconds=None
        )


def _plain(op: str, shot: Shot) -> Generated:
    source = shot.source
    if not isinstance(source, Generated) or source.backend not in DIFFUSION:
        raise InvalidInput(f"{op}: no model makes shot {shot.id}; expected a generated shot")
    if source.keeps is not None or source.opening is not None:
        raise InvalidInput(
            f"{op}: shot {shot.id} is made from a clip or a still; expected one that a model makes "
            "from words and references"
        )
    return source


def _beginning(source: Generated) -> Generated:
    params = tuple(one for one in source.params if one.name != OVERLAP)
    plain = replace(source, params=params, continues=None)
    return _for_task(plain, task_of(plain.inputs))


def _for_task(source: Generated, task: Task) -> Generated:
    """The source for a task, by its own model if that has it, else by the family's smallest."""
    model = str(source.param("model") or "")
    if not model or task not in find_model(model)[1].tasks:
        model = model_for(source.backend, task)
    params = [*(one for one in source.params if one.name != "model"), Param("model", model)]
    named = tuple(sorted(params, key=lambda one: one.name))
    return replace(source, task=task.value, params=named)
