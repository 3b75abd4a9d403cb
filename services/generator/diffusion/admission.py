"""Before a model is loaded: are its parts here, are its conditions, does it fit this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from services.generator.diffusion.loading import device
from services.generator.diffusion.lora import check_loras
from services.generator.diffusion.speed import offload
from shared.actions import environment_of
from shared.blobs import BlobStore
from shared.diffusion import DiffusionRequest
from shared.diffusion_checks import check_conditions
from shared.digest import Digest
from shared.errors import Unavailable
from shared.families.catalogue import find_model
from shared.families.components import components_digest
from shared.families.device import cost_line, memory_need_gb
from shared.families.memory import main_memory_gb, weights_gb
from shared.families.readiness import denoising_parts, refusal


@cache
def environment() -> str:
    """What changes latents and pixels, whoever makes them."""
    return environment_of("diffusers", "numpy", "safetensors", "torch")


def weights_of(request: DiffusionRequest) -> Digest:
    """One digest of what denoises and decodes; raises `WeightsUnavailable` if it is not pinned."""
    _, model = find_model(request.shot.model)
    return components_digest(denoising_parts(model))


def admit(blobs: BlobStore, request: DiffusionRequest) -> None:
    """Refuse what cannot run here, before anything large is read.

    Raises `WeightsUnavailable` with what to install or mount, `InvalidInput` for conditions that
    are not the shot's and for LoRAs of another model, `Unavailable` where it does not fit, with
    both figures.
    """
    check_conditions(blobs, request)
    _, model = find_model(request.shot.model)
    error = refusal(model.name, denoising_parts(model))
    if error is not None:
        raise error
    check_loras(blobs, request)
    _check_fit(request)


@contextmanager
def fitting(request: DiffusionRequest) -> Iterator[None]:
    """Inside, running out of a device's memory is `Unavailable`, with what to do about it."""
    try:
        yield
    except RuntimeError as error:
        if type(error).__name__ != "OutOfMemoryError":
            raise
        how = "is_tiled" if offload() == "block" else "ONBEAT_OFFLOAD=block"
        raise Unavailable(
            f"{request.shot.model} ran out of memory on {device()} after it was admitted; expected "
            f"more, fewer frames, a smaller size or {how}: {str(error).splitlines()[0]}"
        ) from error


def _check_fit(request: DiffusionRequest) -> None:
    free_gb = free_memory_gb()
    if free_gb is None:
        return
    need_gb = memory_need_gb(request, weights_gb(request), offload())
    if need_gb > free_gb:
        how = "" if offload() == "block" else "; ONBEAT_OFFLOAD=block needs less"
        raise Unavailable(
            f"{request.shot.model} at {request.geometry.width}x{request.geometry.height}, "
            f"{request.geometry.frames} frames needs {need_gb:.2f} GB on {device()}; found "
            f"{free_gb:.2f} GB free{how}. It would cost {cost_line(request)}"
        )


def free_memory_gb(proc: Path = Path("/proc")) -> float | None:
    """Memory that a model may take on `ONBEAT_DEVICE`, in 10^9 bytes; None if it cannot be known.

    What this process has taken already counts as free: what is loaded is kept or let go of first.
    """
    if device() != "cpu":
        import torch

        free, _ = torch.cuda.mem_get_info(device())
        return (free + torch.cuda.memory_reserved(device())) / 1e9
    return main_memory_gb(proc)
