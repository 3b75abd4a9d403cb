"""Denoisers that stay loaded between takes, set up as a request asks.

A process keeps one set-up: weights, LoRAs, speed-ups and offloading. A request with another one
loads anew, after the old one has left the memory.
"""

from __future__ import annotations

from typing import Any

from services.generator.diffusion import speed
from services.generator.diffusion.loading import device, pin_of, read_model
from services.generator.diffusion.lora import add_loras
from shared.blobs import BlobStore
from shared.diffusion import DiffusionRequest

_by_folder: dict[str, Any] = {}
_setup: list[tuple[Any, ...]] = []


def denoiser(blobs: BlobStore, request: DiffusionRequest, class_name: str, folder: str) -> Any:
    """The transformer of a request's model from a folder of its component.

    Raises `WeightsUnavailable`, `InvalidInput` for LoRAs that do not fit, `Unavailable` for kernels
    that are not here.
    """
    asked = request.shot
    setup = (
        pin_of(asked.model), asked.model, asked.dtype, request.loras, request.speedups,
        speed.offload(), device(),
    )  # fmt: skip
    if _setup != [setup]:
        forget()
        _setup.append(setup)
    if folder not in _by_folder:
        model = read_model("diffusers", class_name, asked.model, folder, asked.dtype)
        add_loras(blobs, model, request.loras)
        speed.prepare(model, request.speedups)
        _by_folder[folder] = model
    speed.begin_anew(_by_folder[folder])
    return _by_folder[folder]


def loaded() -> tuple[Any, ...]:
    """What is loaded now."""
    return tuple(_by_folder.values())


def forget() -> None:
    """Let go of all that is loaded."""
    _setup.clear()
    _by_folder.clear()
