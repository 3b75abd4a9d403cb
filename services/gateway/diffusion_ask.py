"""A wish for a diffusion family as numbers: model, task, pictures, grid, guidance. Pure functions.

What a brief may set is a `Param`; each is named here with its type, and an unknown one is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any, TypeVar

from services.gateway.continuing import OVERLAP, check_alike
from services.gateway.diffusion_loras import LORA_PARAMS, loras_of
from services.gateway.diffusion_pictures import pictures_of
from shared.blobs import BlobStore
from shared.diffusion import (
    Attention,
    BundleCondition,
    DiffusionRequest,
    Sampler,
    Speedups,
    shown_by,
)
from shared.diffusion_checks import check_diffusion
from shared.errors import InvalidInput
from shared.families.catalogue import FAMILIES, find_model
from shared.families.defaults import defaults_of, model_for
from shared.families.family import FamilyShot, Model, Task
from shared.families.handover import Handover
from shared.families.request import DType, FamilyEncodeRequest, Fit, Geometry
from shared.generation import Generated

if TYPE_CHECKING:
    from services.gateway.generating import GenerateWish

DIFFUSION = tuple(family.name for family in FAMILIES)
_NUMBER = (int, float)
PARAMS: dict[str, tuple[type, ...]] = {
    "attention": (str,), "audio_guidance": _NUMBER, "checkpoint_steps": (int,),
    "compiled": (bool,), "control_scale": _NUMBER, "dtype": (str,),
    "first_block_threshold": _NUMBER, "fit": (str,), "guidance": _NUMBER, "keep_frames": (int,),
    "keyframes": (str,), **LORA_PARAMS,
    "low_noise_guidance": _NUMBER, "mask": (str,),
    "modality_guidance": _NUMBER, "model": (str,), "negative": (str,), OVERLAP: (int,),
    "perturbed_blocks": (str,), "perturbed_guidance": _NUMBER, "rescale": _NUMBER, "retime": (str,),
    "sampler": (str,), "shift": _NUMBER, "steps": (int,), "tiled": (bool,),
    "video_start_seconds": _NUMBER,
}  # fmt: skip
_MAX_LTX2_RATE = 50
_T = TypeVar("_T", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class DiffusionAsk:
    """What is asked for, before anything is encoded: `conditions` of `request` name nothing yet."""

    request: DiffusionRequest
    encodes: dict[str, FamilyEncodeRequest]
    is_tiled: bool


def ask_of(wish: GenerateWish, blobs: BlobStore, label: str) -> DiffusionAsk:
    """The request of a wish; texts are put into the store.

    Raises `InvalidInput` for all that can be refused before an encoder runs, naming the field.
    """
    from services.gateway.model_wish import model_wish

    try:
        return _ask_of(model_wish(wish), blobs)
    except InvalidInput as error:
        raise error.about(label) if label else error from error


def _ask_of(wish: GenerateWish, blobs: BlobStore) -> DiffusionAsk:
    source = wish.source
    _check_params(source)
    task = _one_of(Task, "task", source.task)
    model = asked_model(source, task)
    geometry = geometry_of(model, wish)
    handover = _handover(wish, model, task, geometry, blobs)
    guidance, steps = defaults_of(model)
    guidance = guidance.changed(
        scale=_number(source, "guidance"),
        low_noise_scale=_number(source, "low_noise_guidance"),
        audio_scale=_number(source, "audio_guidance"),
        perturbed_scale=_number(source, "perturbed_guidance"),
        perturbed_blocks=_blocks(source),
        modality_scale=_number(source, "modality_guidance"),
        rescale=_number(source, "rescale"),
    )
    negative = _param(source, "negative", "")
    if negative and not guidance.is_guided:
        raise InvalidInput(
            f"negative {negative!r} with guidance {guidance.scale:g}; expected more than 1"
        )
    shot = FamilyShot(
        model=model.name,
        prompt=blobs.put(source.prompt.encode()),
        negative=blobs.put(negative.encode()) if guidance.is_guided else None,
        pictures=pictures_of(source, task),
        dtype=_one_of(DType, "dtype", _param(source, "dtype", DType.BFLOAT16.value)),
        fit=_one_of(Fit, "fit", _param(source, "fit", Fit.CROP.value)),
        keep_frames=_param(source, "keep_frames", 0),
        handover=handover,
    )
    family, _ = find_model(model.name)
    encodes = family.encode_requests(task, shot, geometry)
    request = DiffusionRequest(
        task=task,
        shot=shot,
        geometry=geometry,
        conditions=tuple(BundleCondition(name, shot.prompt) for name in sorted(encodes)),
        seed=wish.seed,
        steps=_param(source, "steps", steps),
        guidance=guidance,
        sampler=_one_of(Sampler, "sampler", _param(source, "sampler", Sampler.PUBLISHED.value)),
        shift=_number(source, "shift"),
        control_scale=_number(source, "control_scale") or 1.0,
        loras=loras_of(source),
        speedups=_speedups(source),
        checkpoint_steps=_param(source, "checkpoint_steps", 10),
    )
    check_diffusion(request)
    return DiffusionAsk(request, encodes, _param(source, "tiled", False))


def geometry_of(model: Model, wish: GenerateWish) -> Geometry:
    """The size nearest to the film's on the model's grid, and the least length that covers it.

    LTX-2 works at the film's own rate up to 50 frames a second; Wan at its own, and the render
    chooses frames by their times. Raises `InvalidInput` for clips longer than the model makes.
    """
    width, height = model.grid.snap_size(wish.size.width, wish.size.height)
    rate = model.grid.frame_rate
    if find_model(model.name)[0].name == "ltx2" and wish.frame_rate <= _MAX_LTX2_RATE:
        rate = wish.frame_rate
    needed = ceil(Fraction(wish.frames) / wish.frame_rate * rate)
    if wish.after is not None and wish.source.continues is not None:
        needed = max(needed, wish.after.frames * model.grid.frame_step + 1)
    return Geometry(width, height, model.grid.snap_frames(needed), rate)


def asked_model(source: Generated, task: Task) -> Model:
    """The model that a source names, else the smallest of its backend with the task.

    Raises `InvalidInput` for one that is not known or of another family.
    """
    name = _param(source, "model", "") or model_for(source.backend, task)
    family, model = find_model(name)
    if family.name != source.backend:
        raise InvalidInput(f"model {name!r} is of {family.name}; expected one of {source.backend}")
    return model


def _handover(
    wish: GenerateWish, model: Model, task: Task, geometry: Geometry, blobs: BlobStore
) -> Handover | None:
    """What the take begins with; the latents have a name of their own until they are there."""
    if task is not Task.CONTINUE:
        if wish.source.continues is not None:
            raise InvalidInput(
                f"task {task.value} of a shot that goes on; expected {Task.CONTINUE}"
            )
        if wish.source.param(OVERLAP) is not None:
            raise InvalidInput(f"{OVERLAP} with task {task.value}; expected continues: true")
        return None
    if task not in model.tasks:
        return None  # refused by name with the others
    check_alike(wish, model, geometry)
    taken = wish.after
    assert taken is not None
    earlier = ask_of(taken.wish, blobs, f"shot {taken.shot_id}")
    return Handover(taken.wish.name, taken.frames, taken.before, shown_by(earlier.request))


def _speedups(source: Generated) -> Speedups:
    return Speedups(
        attention=_one_of(Attention, "attention", _param(source, "attention", "native")),
        is_compiled=_param(source, "compiled", False),
        first_block_threshold=_number(source, "first_block_threshold"),
    )


def _blocks(source: Generated) -> tuple[int, ...] | None:
    text = _param(source, "perturbed_blocks", None)
    if text is None:
        return None
    try:
        return tuple(int(part) for part in str(text).split(","))
    except ValueError:
        raise InvalidInput(
            f"perturbed_blocks {text!r}: expected numbers, as '28' or '27,28'"
        ) from None


def _check_params(source: Generated) -> None:
    for param in source.params:
        accepted = PARAMS.get(param.name)
        if accepted is None:
            known = ", ".join(PARAMS)
            raise InvalidInput(f"{source.backend} has no setting {param.name!r}; expected {known}")
        if isinstance(param.value, bool) != (accepted == (bool,)) or not isinstance(
            param.value, accepted
        ):
            names = " or ".join(one.__name__ for one in accepted)
            raise InvalidInput(f"{param.name} {param.value!r}: expected {names}")


def _param(source: Generated, name: str, default: Any) -> Any:
    found = source.param(name)
    return default if found is None else found


def _number(source: Generated, name: str) -> float | None:
    found = source.param(name)
    return None if found is None else float(found)


def _one_of(kind: type[_T], name: str, value: object) -> _T:
    try:
        return kind(str(value))
    except ValueError:
        raise InvalidInput(f"{name} {value!r}: expected {', '.join(kind)}") from None
