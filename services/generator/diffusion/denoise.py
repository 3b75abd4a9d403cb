"""`generate`, its first part: take some steps of a take and keep the state after them.

Importing this module is cheap: models and their libraries are loaded when something is performed.
"""

from __future__ import annotations

from services.generator.diffusion.admission import admit, environment, fitting, weights_of
from shared.actions import Backend, Context
from shared.diffusion import DenoiseRequest
from shared.diffusion_checks import check_denoise
from shared.digest import Digest

_VERSION = 1
_LORA_VERSION = 2  # LoRAs act beside the weights; they were added into them before


def backend(request: DenoiseRequest) -> Backend:
    """Who denoises; raises `InvalidInput` for what the model cannot do.

    Raises `WeightsUnavailable` for parts that are not pinned here, saying how to get them.
    """
    check_denoise(request)
    asked = request.diffusion
    return Backend(
        name=f"generate/{asked.shot.model}.denoise",
        version=_LORA_VERSION if asked.loras else _VERSION,
        environment=environment(),
        weights=weights_of(asked),
        dtype=asked.shot.dtype.value,
    )


def perform(request: DenoiseRequest, context: Context) -> Digest:
    """Take the request's steps; the result is the state after them, or the latents.

    What cannot run here is refused before a model is loaded. Raises `InvalidInput`, `Unavailable`,
    `MissingBlob`, and `Cancelled` before the next block of the network begins.
    """
    check_denoise(request)
    admit(context.blobs, request.diffusion)
    from services.generator.diffusion.bundle import read_bundle
    from services.generator.diffusion.checkpoint import load_state, store_latents, store_state
    from services.generator.diffusion.family import family_of
    from services.generator.diffusion.interrupt import interruptible

    asked = request.diffusion
    bundle = read_bundle(context.blobs, asked)
    state = load_state(context.blobs, request)
    context.progress(0.0)
    with fitting(asked):
        denoising = family_of(asked).begin(asked, bundle, context.blobs)
        if state is not None:
            denoising.restore(state)
        meter = _Meter(context, request)
        with interruptible(denoising.models, meter.at_block):
            for index in range(request.first_step, request.end_step):
                meter.begin(index)
                denoising.step(index)
    if request.end_step == asked.steps:
        return store_latents(context.blobs, asked, denoising.latents())
    return store_state(context.blobs, request, denoising.state())


class _Meter:
    """Progress by steps and blocks: a pass over a large network takes half a minute."""

    def __init__(self, context: Context, request: DenoiseRequest) -> None:
        self._context = context
        self._first = request.first_step
        self._count = request.end_step - request.first_step
        self._step = 0
        self._before = 0.0

    def begin(self, index: int) -> None:
        """A step begins."""
        self._step = index - self._first
        self._before = 0.0

    def at_block(self, share: float) -> None:
        """A block begins; raises `Cancelled`. Later passes of a step move nothing backwards."""
        self._before = max(self._before, share)
        self._context.progress((self._step + self._before) / self._count)
