"""Clips of models with a frame rate of their own, at the film's: the setting `retime`."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil

from services.gateway.generating import Asker, GenerateWish, clip_request
from shared.diffusion import DecodeRequest
from shared.errors import InvalidInput
from shared.families.catalogue import find_model
from shared.generate import GenerateRequest
from shared.retime import RetimeRequest

FLOW, NEAREST = "flow", "nearest"
SETTING = "retime"


async def retimed_request(runner: Asker, wish: GenerateWish, label: str) -> GenerateRequest:
    """What makes the clip of a wish that says how it is retimed.

    `flow` makes the frames between, for a shot in slow motion as many as it shows; `nearest` shows
    the model's own. Clips that are drawn or composed at the film's rate stay as they are, and
    those with sound. Raises `InvalidInput` for another value.
    """
    source = wish.source
    how = source.param(SETTING)
    if how not in (FLOW, NEAREST):
        raise InvalidInput(f"{SETTING} {how!r}: expected {FLOW} or {NEAREST}")
    params = tuple(item for item in source.params if item.name != SETTING)
    plain = replace(wish, source=replace(source, params=params))
    request = await clip_request(runner, plain, label)
    spec = request.spec
    if how == NEAREST or not isinstance(spec, DecodeRequest):
        return request
    frame_rate = wish.frame_rate / min(source.speed, Fraction(1))
    if spec.diffusion.geometry.frame_rate >= frame_rate or _has_sound(spec):
        return request
    clip = await runner.run(request, label)
    frames = ceil(wish.frames * frame_rate / wish.frame_rate)
    return GenerateRequest(RetimeRequest(clip, frame_rate, frames))


def _has_sound(spec: DecodeRequest) -> bool:
    # LTX-2 works at the film's rate; only slow motion would ask for more, and would lose the sound.
    return find_model(spec.diffusion.shot.model)[0].name == "ltx2"
