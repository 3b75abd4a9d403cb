"""`onbeat make --estimate`: which shots would be generated, and at what cost; nothing is made."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.gateway.briefs import BriefSpec
from services.gateway.embedded import embedded_runner
from services.gateway.generate_here import ShotAsk, asks_of, missing_device
from services.gateway.ingest import ingest_brief
from shared.diffusion import DiffusionRequest
from shared.families.catalogue import find_model
from shared.families.device import DeviceFigures, cost_of, device_figures, memory_need_gb
from shared.families.readiness import model_parts, refusal
from shared.settings import Settings


@dataclass(frozen=True, slots=True)
class ShotEstimate:
    """What one shot costs: operations of all steps, and memory on the device, in 10^9 bytes.

    `seconds` are those of the device that was measured, None without.
    """

    place: int
    model: str
    task: str
    size: str
    frames: int
    steps: int
    petaflop: float
    memory_gb: float
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """All shots that a model would make, of `num_shots`; `lacks` is what cannot run here, and why.

    `device` is what was measured, None where nothing was.
    """

    shots: tuple[ShotEstimate, ...]
    num_shots: int
    device: str | None
    lacks: tuple[str, ...]

    def lines(self) -> list[str]:
        """The estimate for people."""
        if not self.shots:
            return [f"generate  0 of {self.num_shots} shots"]
        lines = [
            f"shot {one.place:<4} {one.model}, {one.task}: {one.size}, {one.frames} frames, "
            f"{one.steps} steps; {one.petaflop:.3g} PFLOP, {one.memory_gb:.2f} GB"
            + (f", about {one.seconds:.0f} s" if one.seconds is not None else "")
            for one in self.shots
        ]
        total = f"{sum(one.petaflop for one in self.shots):.3g} PFLOP"
        total += f", {max(one.memory_gb for one in self.shots):.2f} GB at once"
        if self.device is None:
            total += " (no device measured: ONBEAT_DEVICE_FIGURES)"
        else:
            seconds = sum(one.seconds or 0.0 for one in self.shots)
            total += f", about {seconds:.0f} s on {self.device}"
        lines.append(f"generate  {len(self.shots)} of {self.num_shots} shots: {total}")
        return [*lines, *(f"lacks     {reason}" for reason in self.lacks)]


async def estimate_film(settings: Settings, spec: BriefSpec) -> Estimate:
    """Look, listen and plan as for the film of a brief, and count what models would make of it.

    Needs no weights of a model. Raises what ingest and planning raise.
    """
    # Imported here, because other commands plan nothing: it is numpy and the director.
    from services.gateway.plan import plan_film

    async with embedded_runner(settings) as runner:
        ingested = await ingest_brief(runner, spec)
        planned = await plan_film(runner, ingested.brief, ingested.infos)
        return _estimate(asks_of(planned.timeline, runner.blobs), planned.timeline.shots)


def _estimate(
    asks: Sequence[ShotAsk],
    shots: Sequence[object],
    environment: Mapping[str, str] = os.environ,
) -> Estimate:
    figures = device_figures(environment)
    models = dict.fromkeys(one.request.shot.model for one in asks)
    reasons = [refusal(model, model_parts(model), environment) for model in models]
    lacks = [reason.message for reason in reasons if reason is not None]
    device = missing_device(environment)
    return Estimate(
        tuple(_of_shot(one, figures, environment) for one in asks),
        len(shots),
        figures.device if figures else None,
        (*([device] if device and asks else []), *lacks),
    )


def _of_shot(
    one: ShotAsk, figures: DeviceFigures | None, environment: Mapping[str, str]
) -> ShotEstimate:
    request = one.request
    cost, geometry = cost_of(request), request.geometry
    return ShotEstimate(
        one.place,
        request.shot.model,
        request.task.value,
        f"{geometry.width}x{geometry.height}",
        geometry.frames,
        request.steps,
        cost.petaflop,
        memory_need_gb(
            request, _published_gb(request), environment.get("ONBEAT_OFFLOAD") or "none"
        ),
        figures.seconds(cost) if figures else None,
    )


def _published_gb(request: DiffusionRequest) -> float:
    """The weights as they are published: those that are here may be none."""
    model = find_model(request.shot.model)[1]
    return model.weights_gb * model.experts
