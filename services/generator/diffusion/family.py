"""What a family's denoiser is here: one protocol, and the module of each family.

Adding a family is adding a module with `begin` and `decode`, and its line in `_MODULES`.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from shared.blobs import BlobStore
from shared.condition import Tensors
from shared.diffusion import DecodeRequest, DiffusionRequest
from shared.families.catalogue import find_model

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

Bundle = dict[str, Tensors]
_MODULES = {
    "wan": "services.generator.diffusion.wan",
    "ltx2": "services.generator.diffusion.ltx2",
}


@dataclass(slots=True)
class State:
    """What the next step needs of those before: tensors, and numbers of schedulers."""

    tensors: dict[str, torch.Tensor]
    numbers: dict[str, int | float | None] = field(default_factory=dict)


class Denoising(Protocol):
    """One take under way."""

    models: tuple[Any, ...]

    def step(self, index: int) -> None:
        """Take one step; without gradients."""

    def state(self) -> State:
        """All that the next step needs."""

    def restore(self, state: State) -> None:
        """Go on from a state as if all steps before it had been taken here."""

    def latents(self) -> dict[str, torch.Tensor]:
        """What is decoded, after the last step: "latents" [1, C, T, h, w], float32, and others."""


@dataclass(slots=True)
class Decoded:
    """A film as decoded: `frames` float32 [F, H, W, 3] in 0..1, and its sound if it has any.

    `sound` is float32 [channels, samples] at `sound_rate_hz`.
    """

    frames: NDArray[np.float32]
    sound: NDArray[np.float32] | None = None
    sound_rate_hz: int = 0


class DiffusionFamily(Protocol):
    """The module of a family."""

    def begin(self, request: DiffusionRequest, bundle: Bundle, blobs: BlobStore) -> Denoising:
        """Load the denoiser and put it before its first step, with the noise of the seed.

        LoRAs are read from `blobs`.
        """

    def decode(self, request: DecodeRequest, tensors: dict[str, torch.Tensor]) -> Decoded:
        """Load the autoencoder and decode "latents", behind those "before" if there are any.

        The pictures of what is before are not among the film's.
        """

    def decoder(self, request: DecodeRequest) -> tuple[Any, ...]:
        """The loaded modules that decode, so that they can be interrupted."""


def family_of(request: DiffusionRequest) -> DiffusionFamily:
    """The module of the request's family, imported when it is needed."""
    family, _ = find_model(request.shot.model)
    module: Any = importlib.import_module(_MODULES[family.name])
    found: DiffusionFamily = module
    return found
