"""Denoisers that stay loaded between takes, set up as a request asks.

A process keeps one set-up: weights, speed-ups and offloading. A request with another one loads
anew, after the old one has left the memory. LoRAs come and go beside the weights; only compiled
blocks, which have them inside, are loaded anew for others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.generator.diffusion import speed
from services.generator.diffusion.loading import device, pin_of, read_model
from services.generator.diffusion.lora import add_loras, loras_for
from shared.blobs import BlobStore
from shared.diffusion import DiffusionRequest, Lora

_by_folder: dict[str, Any] = {}
_setup: list[tuple[Any, ...]] = []
# Which LoRAs act in the model of a folder, and what takes them away.
_loras: dict[str, tuple[tuple[Lora, ...], Callable[[], None]]] = {}


def denoiser(blobs: BlobStore, request: DiffusionRequest, class_name: str, folder: str) -> Any:
    """The transformer of a request's model from a folder of its component.

    Raises `WeightsUnavailable`, `InvalidInput` for LoRAs that do not fit, `Unavailable` for kernels
    that are not here.
    """
    asked, speedups = request.shot, request.speedups
    setup = (
        pin_of(asked.model), asked.model, asked.dtype, speedups, speed.offload(), device(),
        request.loras if speedups.is_compiled else (),
    )  # fmt: skip
    if _setup != [setup]:
        forget()
        _setup.append(setup)
    if folder not in _by_folder:
        model = read_model("diffusers", class_name, asked.model, folder, asked.dtype)
        _loras.pop(folder, None)  # of a model that was not prepared to its end
        if speedups.is_compiled:
            _swap(blobs, model, request, folder)
        speed.prepare(model, speedups)
        _by_folder[folder] = model
    _swap(blobs, _by_folder[folder], request, folder)
    speed.begin_anew(_by_folder[folder])
    return _by_folder[folder]


def loaded() -> tuple[Any, ...]:
    """What is loaded now."""
    return tuple(_by_folder.values())


def forget() -> None:
    """Let go of all that is loaded."""
    _setup.clear()
    _by_folder.clear()
    _loras.clear()


def _swap(blobs: BlobStore, model: Any, request: DiffusionRequest, folder: str) -> None:
    """Let the request's LoRAs act, and no others."""
    wanted = loras_for(request, folder)
    acting, remove = _loras.get(folder, ((), None))
    if acting == wanted:
        return
    if remove is not None:
        remove()
        del _loras[folder]
    if wanted:
        _loras[folder] = (wanted, add_loras(blobs, model, wanted))
