"""`edit_region`, `restyle`, `instruct`: a shot made again from itself, in part or as a whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, ClassVar

from services.gateway.edits.fields import SHOT, Text, Whole, of_kind
from services.gateway.edits.operation import Operation
from services.gateway.edits.place import open_shot_index, with_shot
from services.gateway.edits.scene import Scene
from services.gateway.edits.settle import settle
from services.gateway.generate_sources import inputs_of
from services.gateway.generating import whole_clip
from shared.brief import MediaKind
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.families.catalogue import FAMILIES, find_model
from shared.families.family import Task
from shared.generation import Generated, Kept, params_of, seed_of
from shared.mentions import without_mentions
from shared.region import ACCEPTS, Region, read_region
from shared.shot import Shot
from shared.timeline import Timeline

MAX_SEED = (1 << 63) - 1


class _AnyHandle(Mapping[str, Digest]):
    """Pictures of every name: whether there is one is for the timeline to say."""

    def __getitem__(self, handle: str) -> Digest:
        return Digest.of_bytes(handle.encode())

    def __contains__(self, handle: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@dataclass(frozen=True, slots=True)
class Area:
    """A region as it was written; JSON text with sorted keys."""

    text: str


class _AreaKind:
    """A box, a polygon, or the handle of a painted picture."""

    accepts = ACCEPTS

    def read(self, value: Any) -> Area:
        try:
            read_region(value, _AnyHandle())
        except InvalidInput as error:
            raise ValueError from error
        return Area(json.dumps(value, sort_keys=True))

    def check(self, value: Area) -> None:
        self.read(json.loads(value.text))

    def write(self, value: Area) -> Any:
        return json.loads(value.text)


AREA = _AreaKind()
WORDS = Text(re.compile(r"(?s).*\S.*"), "what it is to show, in words; @handles are inputs")
MODEL = Text(re.compile(r"[a-z][a-z0-9.-]{0,63}"), "the name of a model as `onbeat doctor` lists")


@dataclass(frozen=True, slots=True)
class EditRegion(Operation):
    """Make a part of a shot anew; every pixel outside the region stays exactly what it was.

    Of footage it is the window as cut, which no longer slips or warps to the music.
    """

    OP: ClassVar[str] = "edit_region"
    HEARS: ClassVar[bool] = True
    shot: str = field(metadata=of_kind(SHOT))
    region: Area = field(metadata=of_kind(AREA))
    prompt: str = field(metadata=of_kind(WORDS))
    seed: int | None = field(default=None, metadata=of_kind(Whole(0, MAX_SEED)))
    model: str | None = field(default=None, metadata=of_kind(MODEL))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        pictures = {
            item.handle: item.blob for item in timeline.references if item.kind is MediaKind.IMAGE
        }
        region = read_region(json.loads(self.region.text), pictures)
        return _remade(self, timeline, scene, Task.MASKED, region)


@dataclass(frozen=True, slots=True)
class Restyle(Operation):
    """Make all of a shot anew from itself: its movement stays, its looks follow the prompt."""

    OP: ClassVar[str] = "restyle"
    HEARS: ClassVar[bool] = True
    shot: str = field(metadata=of_kind(SHOT))
    prompt: str = field(metadata=of_kind(WORDS))
    seed: int | None = field(default=None, metadata=of_kind(Whole(0, MAX_SEED)))
    model: str | None = field(default=None, metadata=of_kind(MODEL))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        return _remade(self, timeline, scene, Task.CONTROL, None)


@dataclass(frozen=True, slots=True)
class Instruct(Operation):
    """Change a shot as told ("make it rain"), and leave of it what the words do not name.

    Which pixels stay is for the model: where it must be all, `edit_region` is meant.
    """

    OP: ClassVar[str] = "instruct"
    HEARS: ClassVar[bool] = True
    shot: str = field(metadata=of_kind(SHOT))
    prompt: str = field(metadata=of_kind(WORDS))
    seed: int | None = field(default=None, metadata=of_kind(Whole(0, MAX_SEED)))
    model: str | None = field(default=None, metadata=of_kind(MODEL))

    def apply_to(self, timeline: Timeline, scene: Scene) -> Timeline:
        return _remade(self, timeline, scene, Task.INSTRUCT, None)


def _remade(
    op: EditRegion | Restyle | Instruct,
    timeline: Timeline,
    scene: Scene,
    task: Task,
    region: Region | None,
) -> Timeline:
    index = open_shot_index(timeline, op.shot, op.OP)
    shot = timeline.shots[index]
    model, family = able_model(op.OP, task, op.model)
    words = without_mentions(op.prompt, timeline.references)
    if words is None:
        raise InvalidInput(f"{op.OP}: prompt {op.prompt!r} says nothing beside its mentions")
    made = Generated(
        backend=family,
        task=task.value,
        prompt=words,
        inputs=inputs_of(op.prompt, timeline.references),
        params=params_of(model=model),
        seed=seed_of(shot.id) if op.seed is None else op.seed,
        keeps=_kept(op.OP, shot, timeline.frame_rate, region),
    )
    anew = replace(shot, source=made)
    return settle(timeline, with_shot(timeline, index, anew).shots, scene, op.OP)


def _kept(op: str, shot: Shot, frame_rate: Fraction, region: Region | None) -> Kept:
    source = shot.source
    if isinstance(source, Generated):
        whole = whole_clip(shot, frame_rate)
        assert isinstance(whole, Generated)
        return Kept(source.handle, region, generated=whole)
    reason = None
    if source.kind is not MediaKind.VIDEO:
        reason = "is a photo"
    elif source.levels:
        reason = "changes its speed"
    elif source.is_reversed:
        reason = "plays backwards"
    elif source.input_lut is not None:
        reason = "is log footage with a table of its own"
    if reason is not None:
        raise InvalidInput(f"{op}: shot {shot.id} {reason}; expected a clip at one speed, forwards")
    return Kept(source.handle, region, source.blob, source.start_seconds, source.speed)


def able_model(op: str, task: Task, name: str | None) -> tuple[str, str]:
    """The model and its family; raises `InvalidInput` naming those that can."""
    able = [
        (model, family.name)
        for family in FAMILIES
        for model, one in family.models.items()
        if task in one.tasks
    ]
    if name is None:
        return able[0]
    find_model(name)
    found = next((one for one in able if one[0] == name), None)
    if found is None:
        known = ", ".join(model for model, _ in able)
        raise InvalidInput(f"{op}: model {name} has no task {task.value}; expected {known}")
    return found
