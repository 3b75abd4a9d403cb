"""The state between two steps in the store: tensors as safetensors, numbers in the manifest.

A scheduler of several orders (UniPC) looks back at the steps before, so its memory is part of the
state, by the names of its attributes.
"""

from __future__ import annotations

from typing import Any

from services.generator.diffusion.family import State
from services.generator.diffusion.loading import device
from shared.blobs import BlobStore
from shared.condition import Scalar, load_condition, store_condition
from shared.diffusion import DenoiseRequest, DiffusionRequest
from shared.digest import Digest, canonical_bytes
from shared.errors import InvalidInput
from shared.families.family import Task

STATE, LATENTS = "generate.state", "generate.latents"
VERSION = 1
_NONE = "none"
# What stepping changes in the schedulers of `loading`; all else `set_timesteps` makes again.
_REMEMBERED = (
    "_begin_index", "_step_index", "last_sample", "lower_order_nums", "model_outputs",
    "this_order", "timestep_list",
)  # fmt: skip


def store_state(blobs: BlobStore, request: DenoiseRequest, state: State) -> Digest:
    """Keep the state after a request's last step, float32; returns its manifest's digest."""
    return _store(blobs, STATE, request.diffusion, state, {"step": request.end_step})


def load_state(blobs: BlobStore, request: DenoiseRequest) -> State | None:
    """The state a request goes on from, None for the first one.

    Raises `InvalidInput` for a state of another take or step, and `MissingBlob`.
    """
    if request.state is None:
        return None
    wanted: dict[str, Scalar] = {"step": request.first_step}
    return _load(blobs, STATE, request.diffusion, request.state, wanted)


def store_latents(blobs: BlobStore, request: DiffusionRequest, tensors: dict[str, Any]) -> Digest:
    """Keep what the last step left: for decoding, and for shots that go on from this one."""
    return _store(blobs, LATENTS, request, State(tensors), {})


def load_latents(blobs: BlobStore, request: DiffusionRequest, digest: Digest) -> dict[str, Any]:
    """The latents of a take; raises `InvalidInput` for those of another, and `MissingBlob`."""
    return _load(blobs, LATENTS, request, digest, {}).tensors


def scheduler_state(name: str, scheduler: Any) -> State:
    """What a scheduler remembers of its steps, under names that begin with `name`."""
    import torch

    state = State({})
    for key in _REMEMBERED:
        value = vars(scheduler).get(key, _NONE)
        if value is _NONE:
            continue
        items = list(enumerate(value)) if isinstance(value, list) else [(-1, value)]
        for index, item in items:
            place = f"{name}.{key}" if index < 0 else f"{name}.{key}.{index}"
            if isinstance(item, torch.Tensor):
                state.tensors[place] = item
            else:
                state.numbers[place] = item
    return state


def restore_scheduler(name: str, scheduler: Any, state: State) -> None:
    """Bring a scheduler, after `set_timesteps`, to what it remembered."""
    lists: dict[str, dict[int, Any]] = {}
    for place, value in {**state.tensors, **state.numbers}.items():
        owner, _, key = place.partition(".")
        if owner != name:
            continue
        key, _, index = key.partition(".")
        if index:
            lists.setdefault(key, {})[int(index)] = value
        else:
            setattr(scheduler, key, value)
    for key, items in lists.items():
        setattr(scheduler, key, [items[index] for index in sorted(items)])


def identity_of(request: DiffusionRequest) -> Digest:
    """One digest of everything that decides a take's latents, to know them again by."""
    return Digest.of_bytes(canonical_bytes(request))


def _store(
    blobs: BlobStore, kind: str, request: DiffusionRequest, state: State, more: dict[str, Scalar]
) -> Digest:
    values: dict[str, Scalar] = {
        "model": request.shot.model,
        "task": Task(request.task).value,
        "take": str(identity_of(request)),
        **more,
    }
    values |= {
        f"number.{key}": _NONE if value is None else value for key, value in state.numbers.items()
    }
    return store_condition(
        blobs,
        encoder=kind,
        encoder_version=VERSION,
        reference=identity_of(request),
        values=values,
        tensors={name: tensor.detach().cpu().numpy() for name, tensor in state.tensors.items()},
    )


def _load(
    blobs: BlobStore,
    kind: str,
    request: DiffusionRequest,
    digest: Digest,
    more: dict[str, Scalar],
) -> State:
    import numpy as np
    import torch

    manifest, tensors = load_condition(blobs, digest, kind)
    wanted: dict[str, Scalar] = {"take": str(identity_of(request)), **more}
    for name, expected in wanted.items():
        if manifest.values.get(name) != expected:
            raise InvalidInput(
                f"{kind}: {name} is {manifest.values.get(name)!r}, expected {expected!r}"
            )
    numbers: dict[str, int | float | None] = {}
    for key, value in manifest.values.items():
        if key.startswith("number."):
            numbers[key.removeprefix("number.")] = None if value == _NONE else value  # type: ignore[assignment]
    return State(
        {name: torch.from_numpy(np.array(one)).to(device()) for name, one in tensors.items()},
        numbers,
    )
