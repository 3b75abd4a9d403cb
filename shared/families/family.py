"""What a model family promises: what its models can do, on which grid, from which conditions.

Nothing here loads a model or needs its libraries: it is what a plan is made and refused by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from shared.digest import Digest, added
from shared.errors import InvalidInput
from shared.families.cost import Cost, Stack
from shared.families.grid import Grid
from shared.families.handover import Handover
from shared.families.request import DType, FamilyEncodeRequest, Fit, Geometry, Source


class Task(StrEnum):
    """What a model is asked to do for a shot."""

    TEXT = "text_to_video"
    FIRST_FRAME = "first_frame"
    FIRST_AND_LAST = "first_and_last_frame"
    REFERENCES = "references"
    CONTROL = "control"
    MASKED = "masked_edit"
    OUTPAINT = "outpaint"
    EXTEND = "extend"
    CONTINUE = "continue"
    INSTRUCT = "instruct"
    KEYFRAMES = "keyframes"


class Part(StrEnum):
    """What a picture is for, within a task."""

    FIRST = "first_frame"
    LAST = "last_frame"
    SUBJECT = "subject"
    VIDEO = "video"
    MASK = "mask"
    KEYFRAME = "keyframe"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or video that conditions a shot.

    `latent_index` is where a keyframe stands (0 is the first, -1 the last latent frame) and
    `strength` 0..1 how firmly; neither changes what is encoded.
    """

    VERSION: ClassVar[int] = 1

    part: Part
    source: Source
    latent_index: int = 0
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class FamilyShot:
    """What conditions one generated shot, by digests; what a family makes requests from.

    `negative` None means no guidance, so that nothing is encoded for it. `dtype` is what the
    denoiser works in. `keep_frames` is for EXTEND: how many first frames of the video are kept;
    `handover` is for CONTINUE: the latents of another shot that this one goes on from.
    """

    VERSION: ClassVar[int] = 1

    model: str
    prompt: Digest
    negative: Digest | None = None
    pictures: tuple[Picture, ...] = ()
    dtype: DType = DType.BFLOAT16
    compute: DType | None = None
    fit: Fit = Fit.CROP
    keep_frames: int = 0
    handover: Handover | None = added(None)

    def sources(self, part: Part) -> tuple[Source, ...]:
        """What is given for a part, in order."""
        return tuple(picture.source for picture in self.pictures if picture.part is part)


@dataclass(frozen=True, slots=True)
class Model:
    """One checkpoint: its tasks, grid, layers and components, and what it was released as.

    `stacks` are what a step runs, `experts` how many such transformers there are. `parts` says
    for each task which pictures it takes: the least and the most of each. `keeps_float32` is for
    models whose condition is pasted into the result, where bfloat16 would show. A model with the
    task CONTINUE takes `overlap_frames` latent frames over where nothing is said, and its decoder
    sees `context_frames` of those before.
    """

    name: str
    repository: str
    tasks: Mapping[Task, Mapping[Part, tuple[int, int]]]
    grid: Grid
    stacks: tuple[Stack, ...]
    weights_gb: float
    components: tuple[str, ...]
    experts: int = 1
    keeps_float32: bool = False
    overlap_frames: int = 1
    context_frames: int = 0

    @property
    def autoencoder(self) -> str:
        """The component that its latents are of."""
        return next(name for name in self.components if "vae" in name)


class Family(Protocol):
    """One module per family: adding a family is adding a module."""

    name: str
    models: Mapping[str, Model]

    def encode_requests(
        self, task: Task, shot: FamilyShot, geometry: Geometry
    ) -> dict[str, FamilyEncodeRequest]:
        """What must be encoded for a shot, by its name in the bundle ("text.pos", "i2v.cond").

        Raises `InvalidInput`, naming the field, what was found and what is accepted.
        """

    def cost(self, task: Task, shot: FamilyShot, geometry: Geometry, steps: int) -> Cost:
        """What the shot costs to generate."""


def model_of(family: Family, name: str) -> Model:
    """A family's model by its name; raises `InvalidInput` with those there are."""
    if name not in family.models:
        raise InvalidInput(
            f"model {name!r} is not one of {family.name}; expected {', '.join(family.models)}"
        )
    return family.models[name]


def check_shot(model: Model, task: Task, shot: FamilyShot, geometry: Geometry) -> None:
    """Raise `InvalidInput` for what a model cannot do, before anything is encoded or loaded."""
    if task not in model.tasks:
        accepted = ", ".join(model.tasks)
        raise InvalidInput(f"{model.name} has no task {task.value}; expected {accepted}")
    model.grid.check(geometry)
    takes = model.tasks[task]
    for part in Part:
        found = len(shot.sources(part))
        least, most = takes.get(part, (0, 0))
        if not least <= found <= most:
            accepted = str(least) if least == most else f"{least} to {most}"
            raise InvalidInput(
                f"{model.name} {task.value}: found {found} of {part.value}; expected {accepted}"
            )
    _check_keep(model, task, shot, geometry)
    _check_handover(model, task, shot, geometry)
    for picture in shot.pictures:
        if not 0 <= picture.strength <= 1:
            raise InvalidInput(f"strength {picture.strength}: expected 0 to 1")


def _check_keep(model: Model, task: Task, shot: FamilyShot, geometry: Geometry) -> None:
    if task is not Task.EXTEND:
        if shot.keep_frames:
            raise InvalidInput(f"keep_frames {shot.keep_frames} with {task.value}; expected 0")
        return
    step = model.grid.frame_step
    if not 1 <= shot.keep_frames < geometry.frames or (shot.keep_frames - 1) % step:
        raise InvalidInput(
            f"keep_frames {shot.keep_frames}: expected {step}n + 1, less than the "
            f"{geometry.frames} frames of the clip"
        )


def _check_handover(model: Model, task: Task, shot: FamilyShot, geometry: Geometry) -> None:
    taken = shot.handover
    if (task is Task.CONTINUE) != (taken is not None):
        found = "no latents" if taken is None else "latents"
        expected = "those of another shot" if taken is None else "none"
        raise InvalidInput(f"handover: {task.value} with {found} handed over; expected {expected}")
    if taken is None:
        return
    count = model.grid.latent_frames(geometry.frames)
    if not 1 <= taken.frames < count:
        raise InvalidInput(
            f"handover.frames {taken.frames}: expected 1 to {count - 1} of the clip's {count} "
            "latent frames"
        )
    if not 0 <= taken.before <= model.context_frames:
        raise InvalidInput(f"handover.before {taken.before}: expected 0 to {model.context_frames}")


def condition_dtype(model: Model, shot: FamilyShot) -> DType:
    """What pixels' latents are kept in: the denoiser's numbers, where that loses nothing."""
    return DType.FLOAT32 if model.keeps_float32 else shot.dtype
