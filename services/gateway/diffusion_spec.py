"""A diffusion shot's wish as its clip's request: its references encoded, then denoised in a chain.

Every step of the chain is an action: what was done before a process died is in the store, and is
found there by its key.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from services.gateway.diffusion_ask import ask_of
from shared.diffusion import (
    BundleCondition,
    DecodeRequest,
    DenoiseRequest,
    DiffusionRequest,
    HandoverRequest,
    shown_by,
)
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.families.readiness import model_parts, refusal
from shared.generate import GenerateRequest
from shared.weights import WeightsUnavailable

if TYPE_CHECKING:
    from services.gateway.generating import Asker, GenerateWish


async def diffusion_spec(runner: Asker, wish: GenerateWish, label: str) -> DecodeRequest:
    """The request of the clip, after everything before it has been made.

    Raises `InvalidInput` for what the model cannot do, before anything runs, and
    `WeightsUnavailable` naming every part that is not here.
    """
    ask = ask_of(wish, runner.blobs, label)
    model = ask.request.shot.model
    try:
        encoded = {name: await runner.run(ask.encodes[name], label) for name in sorted(ask.encodes)}
        conditions = tuple(BundleCondition(name, digest) for name, digest in encoded.items())
        asked = replace(ask.request, conditions=conditions)
        asked = await _handed_over(runner, asked, wish, label)
        latents = await denoise(runner, asked, label)
    except WeightsUnavailable as error:
        # One part is missed at a time; whoever installs them wants the whole list.
        raise refusal(model, model_parts(model)) or error from error
    return DecodeRequest(asked, latents, ask.is_tiled)


async def denoise(runner: Asker, request: DiffusionRequest, label: str) -> Digest:
    """The latents of a take, from the last state that is in the store."""
    state = None
    for first in range(0, request.steps, request.checkpoint_steps):
        state = await runner.run(GenerateRequest(DenoiseRequest(request, first, state)), label)
    assert state is not None, "a request has at least one step"
    return state


async def _handed_over(
    runner: Asker, request: DiffusionRequest, wish: GenerateWish, label: str
) -> DiffusionRequest:
    """The request with the latents that it begins with, after the earlier take has been made."""
    planned, taken = request.shot.handover, wish.after
    if planned is None or taken is None:
        return request
    from services.gateway.generating import clip_request
    from services.gateway.retiming import SETTING

    source = taken.wish.source
    plain = tuple(item for item in source.params if item.name != SETTING)
    earlier = replace(taken.wish, source=replace(source, params=plain))
    spec = (await clip_request(runner, earlier, label)).spec
    if not isinstance(spec, DecodeRequest):
        raise InvalidInput(
            f"shot {taken.shot_id} has no latents to go on from; expected a take of a model"
        )
    asked = HandoverRequest(
        spec.diffusion, spec.latents, taken.first_frame, taken.frames, taken.before
    )
    latents = await runner.run(GenerateRequest(asked), label)
    handover = replace(planned, latents=latents, shown=shown_by(spec.diffusion))
    return replace(request, shot=replace(request.shot, handover=handover))
