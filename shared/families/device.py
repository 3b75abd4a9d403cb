"""What a take needs of a device, and how long one takes that has been measured.

Memory is counted from the architecture and the files; time only from what was measured there: a
file that `benchmarks.diffusion --figures FILE` writes and `ONBEAT_DEVICE_FIGURES` names.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from shared.diffusion import DiffusionRequest
from shared.errors import InvalidInput
from shared.families.catalogue import find_model
from shared.families.cost import Cost
from shared.families.family import Part
from shared.families.request import DType
from shared.schema import from_json

_SIDE = 2  # a token is 2x2 latents in Wan


@dataclass(frozen=True, slots=True)
class DeviceFigures:
    """What was measured on one device: `teraflops` 10^12 operations a second of a whole step.

    `memory_gb` is all it has, in 10^9 bytes; `measured_at` ISO 8601.
    """

    VERSION: ClassVar[int] = 1

    device: str
    teraflops: float
    memory_gb: float
    measured_at: str

    def seconds(self, cost: Cost) -> float:
        """How long all steps of a take last there."""
        return cost.petaflop * 1e3 / self.teraflops


def device_figures(environment: Mapping[str, str] = os.environ) -> DeviceFigures | None:
    """The figures of `ONBEAT_DEVICE_FIGURES`, None without; raises `InvalidInput`."""
    name = environment.get("ONBEAT_DEVICE_FIGURES")
    if not name:
        return None
    path = Path(name).expanduser()
    try:
        return from_json(DeviceFigures, path.read_bytes())
    except (OSError, InvalidInput) as error:
        raise InvalidInput(f"ONBEAT_DEVICE_FIGURES={name}: {error}") from error


def cost_of(request: DiffusionRequest) -> Cost:
    """What a take costs; see `Family.cost`."""
    family, _ = find_model(request.shot.model)
    return family.cost(request.task, request.shot, request.geometry, request.steps)


def cost_line(request: DiffusionRequest, environment: Mapping[str, str] = os.environ) -> str:
    """A take's cost in words: operations, and seconds on the device that was measured, if any."""
    cost, figures = cost_of(request), device_figures(environment)
    steps = f"{cost.petaflop:.3g} PFLOP in {cost.steps} steps"
    if figures is None:
        return f"{steps} (no device measured: ONBEAT_DEVICE_FIGURES)"
    return f"{steps}, about {figures.seconds(cost):.0f} s on {figures.device}"


def memory_need_gb(request: DiffusionRequest, weights_gb: float, offload: str) -> float:
    """What must be on the device at once while denoising, in 10^9 bytes.

    Weights, conditions, and the widest moment of a block: its tokens in float32 and in the
    denoiser's numbers, queries, keys and values, or the inner feed-forward. `offload` "block" has
    two blocks there at a time, "model" one expert. Fragmentation and decoding are not in here.
    """
    _, model = find_model(request.shot.model)
    stack = model.stacks[0]
    if offload == "block":
        weights_gb *= 2 / stack.layers
    elif offload == "model":
        weights_gb /= model.experts
    _, _, frames, height, width = model.grid.latent_shape(request.geometry)
    side = _SIDE if model.grid.pixels_per_latent < 32 else 1
    tokens = (frames + len(request.shot.sources(Part.SUBJECT))) * (height // side) * (width // side)
    size = 4 if request.shot.dtype is DType.FLOAT32 else 2
    attention = stack.width * (4 + 5 * size)
    feed_forward = stack.width * (4 + 2 * size) + 2 * stack.inner * size
    widest = tokens * max(attention, feed_forward)
    return weights_gb + widest / 1e9 + cost_of(request).conditions_mb / 1e3
