"""Requests of takes are refused here, before any model is loaded: by numbers, then by manifests."""

from __future__ import annotations

import math

from shared.blobs import BlobStore
from shared.condition import check_manifest, read_manifest
from shared.diffusion import (
    DecodeRequest,
    DenoiseRequest,
    DiffusionRequest,
    Guidance,
    HandoverRequest,
)
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.families.catalogue import find_model
from shared.families.components import components_digest
from shared.families.family import Model
from shared.families.identity import handover_needs, needs_of
from shared.families.request import FamilyEncodeRequest
from shared.weights import WeightsUnavailable

MAX_STEPS = 200
MAX_LORAS = 4
_MAX_SEED = 2**63 - 1


def check_diffusion(request: DiffusionRequest) -> dict[str, FamilyEncodeRequest]:
    """What the conditions must have been made by; raises `InvalidInput` naming the field."""
    family, model = find_model(request.shot.model)
    expected = family.encode_requests(request.task, request.shot, request.geometry)
    _check_names(request, tuple(expected))
    _check_range("seed", request.seed, 0, _MAX_SEED)
    _check_range("steps", request.steps, 1, MAX_STEPS)
    _check_range("checkpoint_steps", request.checkpoint_steps, 1, MAX_STEPS)
    _check_range("control_scale", request.control_scale, 0, 2)
    if request.control_scale != 1 and "vace.video" not in expected:
        raise InvalidInput(f"control_scale {request.control_scale:g}: {model.name} takes only 1")
    if request.shift is not None:
        _check_range("shift", request.shift, 0.01, 100)
    if request.speedups.first_block_threshold is not None:
        _check_range("first_block_threshold", request.speedups.first_block_threshold, 0, 1)
    if len(request.loras) > MAX_LORAS:
        raise InvalidInput(f"loras: found {len(request.loras)}; expected at most {MAX_LORAS}")
    for lora in request.loras:
        _check_range("loras.scale", lora.scale, -4, 4)
        if lora.expert is not None and not 0 <= lora.expert < model.experts:
            raise InvalidInput(
                f"loras.expert {lora.expert}: {model.name} has {model.experts}; expected 0 to "
                f"{model.experts - 1}, or none"
            )
    named = [(lora.weights, lora.expert) for lora in request.loras]
    if len(set(named)) < len(named):
        raise InvalidInput("loras: found one twice; expected each once, at the sum of its scales")
    _check_guidance(request.guidance, model, family.name, request.shot.negative is not None)
    return expected


def check_denoise(request: DenoiseRequest) -> None:
    """Raise `InvalidInput` for steps that are in no chain of the request."""
    asked = request.diffusion
    check_diffusion(asked)
    if request.first_step % asked.checkpoint_steps or not 0 <= request.first_step < asked.steps:
        raise InvalidInput(
            f"first_step {request.first_step}: expected a multiple of {asked.checkpoint_steps} "
            f"below {asked.steps}"
        )
    if (request.state is None) != (request.first_step == 0):
        found = "no state" if request.state is None else "a state"
        raise InvalidInput(f"first_step {request.first_step} with {found}")


def check_decode(request: DecodeRequest) -> None:
    """Raise `InvalidInput` for a request that cannot have latents."""
    check_diffusion(request.diffusion)


def check_handover(request: HandoverRequest) -> None:
    """Raise `InvalidInput` for latent frames that the take does not have."""
    asked = request.diffusion
    check_diffusion(asked)
    _, model = find_model(asked.shot.model)
    count = model.grid.latent_frames(asked.geometry.frames)
    _check_range("first_frame", request.first_frame, 0, count - 1)
    _check_range("frames", request.frames, 1, count - request.first_frame)
    _check_range("before", request.before, 0, 10_000)


def check_conditions(blobs: BlobStore, request: DiffusionRequest) -> None:
    """Raise `InvalidInput` for a condition that is not what the shot needs, naming both values.

    Reads manifests alone. Raises `MissingBlob` for one that is gone.
    """
    _, model = find_model(request.shot.model)
    expected = check_diffusion(request)
    _check_handed_over(blobs, request)
    for condition in request.conditions:
        wanted = expected[condition.name]
        manifest = read_manifest(blobs, condition.manifest)
        try:
            check_manifest(manifest, needs_of(wanted, model.grid, _weights_here(wanted)))
            for index, source in enumerate(wanted.sources):
                found = manifest.values.get(f"source_{index}")
                if found != str(source.reference):
                    shown = Digest.parse(str(found)).short if found else "nothing"
                    raise InvalidInput(
                        f"condition of {manifest.encoder}: made from {shown}, expected "
                        f"{source.reference.short}"
                    )
        except InvalidInput as error:
            raise error.about(condition.name) from error


def _check_handed_over(blobs: BlobStore, request: DiffusionRequest) -> None:
    taken = request.shot.handover
    if taken is None:
        return
    _, model = find_model(request.shot.model)
    manifest = read_manifest(blobs, taken.latents)
    try:
        needs = handover_needs(model, request.geometry, taken, _pin_here((model.autoencoder,)))
        check_manifest(manifest, needs)
    except InvalidInput as error:
        raise error.about("handover") from error


def _weights_here(wanted: FamilyEncodeRequest) -> Digest | None:
    # A machine that only denoises has the autoencoder, which must be the one that encoded; what
    # other encoders were is not known there.
    return _pin_here(wanted.components)


def _pin_here(components: tuple[str, ...]) -> Digest | None:
    try:
        return components_digest(components)
    except WeightsUnavailable:
        return None


def _check_names(request: DiffusionRequest, expected: tuple[str, ...]) -> None:
    found = [condition.name for condition in request.conditions]
    accepted = ", ".join(sorted(expected))
    missing = sorted(set(expected) - set(found))
    if missing:
        raise InvalidInput(f"conditions: {missing[0]} is missing; expected {accepted}")
    for name in found:
        if name not in expected:
            raise InvalidInput(f"conditions: found {name}; expected {accepted}")
    if found != sorted(expected):
        raise InvalidInput(f"conditions: found {', '.join(found)}; expected {accepted}")


def _check_guidance(guidance: Guidance, model: Model, family: str, has_negative: bool) -> None:
    _check_range("guidance.scale", guidance.scale, 0, 30)
    if guidance.low_noise_scale is not None:
        _check_range("guidance.low_noise_scale", guidance.low_noise_scale, 0, 30)
        if model.experts == 1:
            raise InvalidInput(
                f"guidance.low_noise_scale {guidance.low_noise_scale:g}: {model.name} has one "
                "expert; expected none"
            )
    if family != "ltx2" and guidance != Guidance(guidance.scale, guidance.low_noise_scale):
        raise InvalidInput(
            f"guidance: {model.name} takes scale and low_noise_scale only, found {guidance}"
        )
    _check_range("guidance.audio_scale", guidance.audio_scale or 0, 0, 30)
    _check_range("guidance.perturbed_scale", guidance.perturbed_scale, 0, 10)
    _check_range("guidance.modality_scale", guidance.modality_scale, 0, 10)
    _check_range("guidance.rescale", guidance.rescale, 0, 1)
    if (guidance.perturbed_scale > 0) != bool(guidance.perturbed_blocks):
        raise InvalidInput(
            f"guidance.perturbed_blocks {list(guidance.perturbed_blocks)} with perturbed_scale "
            f"{guidance.perturbed_scale:g}; expected blocks where it is above 0, and only there"
        )
    if guidance.is_guided and not has_negative:
        raise InvalidInput(
            f"guidance.scale {guidance.scale:g} without a negative prompt; expected one (it may be "
            "empty), or a scale of 1"
        )
    if has_negative and not guidance.is_guided:
        raise InvalidInput(
            f"guidance.scale {guidance.scale:g} with a negative prompt; expected more than 1"
        )


def _check_range(name: str, value: float, least: float, most: float) -> None:
    if not math.isfinite(value) or not least <= value <= most:
        raise InvalidInput(f"{name} {value:g}: expected {least:g} to {most:g}")
