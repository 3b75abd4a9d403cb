"""Can what a timeline asks models for be made on this machine: parts, device, memory.

Where a service generates, its own worker says what it lacks. Imports no picture library, so that
edits stay quick.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.gateway.diffusion_ask import DIFFUSION, DiffusionAsk, ask_of
from services.gateway.generating import generate_wish
from shared.blobs import BlobStore
from shared.diffusion import DiffusionRequest
from shared.families.device import cost_line, device_figures, memory_need_gb
from shared.families.memory import main_memory_gb, weights_gb
from shared.families.readiness import model_parts, refusal
from shared.generation import Generated
from shared.runner import LocalRunner
from shared.settings import Settings
from shared.timeline import Timeline
from shared.weights import WeightsUnavailable

_GENERATOR = "generator"
# Where drivers of accelerators show themselves: NVIDIA's, NVIDIA's under Windows, AMD's.
_DEVICES = ("nvidiactl", "dxg", "kfd")


class CannotGenerateHere(WeightsUnavailable):
    """What a brief wishes for cannot be generated on this machine as it is set up."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class ShotAsk:
    """What a shot of a timeline asks a model for."""

    shot_id: str
    place: int
    ask: DiffusionAsk

    @property
    def request(self) -> DiffusionRequest:
        """The take, its conditions not made yet."""
        return self.ask.request


def is_elsewhere(settings: Settings) -> bool:
    """Whether another machine generates."""
    return _GENERATOR in settings.addresses


def check_planned(
    runner: LocalRunner, timeline: Timeline, shots: Collection[str] | None = None
) -> None:
    """Refuse a timeline before anything of it is made, if a model cannot make a shot of it.

    `shots` are the ids of those that are to be made, None for all. Raises `InvalidInput` for what
    no model makes, and `CannotGenerateHere`.
    """
    for one in asks_of(timeline, runner.blobs, shots):
        if not is_elsewhere(runner.settings):
            check_model(one.request.shot.model)
            check_fits(one.request)


def asks_of(
    timeline: Timeline, blobs: BlobStore, shots: Collection[str] | None = None
) -> tuple[ShotAsk, ...]:
    """What a timeline asks models for, shot by shot; `place` 1 is the film's first shot."""
    asks = []
    for place, shot in enumerate(timeline.shots, start=1):
        if shots is not None and shot.id not in shots:
            continue
        if isinstance(shot.source, Generated) and shot.source.backend in DIFFUSION:
            wish = generate_wish(shot, timeline)
            assert wish is not None
            asks.append(ShotAsk(shot.id, place, ask_of(wish, blobs, f"shot {place}")))
    return tuple(asks)


def check_model(model: str, environment: Mapping[str, str] = os.environ) -> None:
    """Raise `CannotGenerateHere` for a model with parts that are not here, or without its device.

    The message names every missing part with the commands that `onbeat doctor` prints.
    """
    device = missing_device(environment)
    if device is not None:
        raise CannotGenerateHere(device)
    missing = refusal(model, model_parts(model), environment)
    if missing is not None:
        raise CannotGenerateHere(missing.message)


def missing_device(
    environment: Mapping[str, str] = os.environ, folder: Path = Path("/dev")
) -> str | None:
    """Why `ONBEAT_DEVICE` cannot be used here, as far as its driver's files say; else None."""
    name = environment.get("ONBEAT_DEVICE") or "cpu"
    if name == "cpu" or not folder.is_dir() or any((folder / one).exists() for one in _DEVICES):
        return None
    return (
        f"ONBEAT_DEVICE={name}: no accelerator is visible here; mount one (docker run --gpus all) "
        "or set ONBEAT_DEVICE=cpu"
    )


def check_fits(request: DiffusionRequest, environment: Mapping[str, str] = os.environ) -> None:
    """Raise `CannotGenerateHere` with both figures for a take that needs more memory than is here.

    Of an accelerator only what was measured is known (`ONBEAT_DEVICE_FIGURES`); its worker asks it.
    """
    device = environment.get("ONBEAT_DEVICE") or "cpu"
    figures = device_figures(environment)
    found = main_memory_gb() if device == "cpu" else figures.memory_gb if figures else None
    if found is None:
        return
    offload = environment.get("ONBEAT_OFFLOAD") or "none"
    need = memory_need_gb(request, weights_gb(request), offload)
    if need > found:
        how = "" if offload == "block" else "; ONBEAT_OFFLOAD=block needs less"
        geometry = request.geometry
        raise CannotGenerateHere(
            f"{request.shot.model} at {geometry.width}x{geometry.height}, {geometry.frames} frames "
            f"needs {need:.2f} GB on {device}; found {found:.2f} GB{how}. It would cost "
            f"{cost_line(request, environment)}"
        )
