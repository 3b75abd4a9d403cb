"""`generate`, its second part: latents to a source clip that a film can be cut from.

Importing this module is cheap: models and their libraries are loaded when something is performed.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from services.generator.diffusion import admission
from services.generator.diffusion.family import Decoded
from shared.actions import Backend, Context, environment_of
from shared.brief import Size
from shared.diffusion import DecodeRequest
from shared.diffusion_checks import check_decode
from shared.digest import Digest

_VERSION = 1
_DECODED = 0.8  # the share of the work that is the network's


def backend(request: DecodeRequest) -> Backend:
    """Who decodes; raises as `services.generator.diffusion.denoise.backend` does."""
    check_decode(request)
    return Backend(
        name=f"generate/{request.diffusion.shot.model}.decode",
        version=_VERSION,
        environment=environment(),
        weights=admission.weights_of(request.diffusion),
        dtype=request.diffusion.shot.dtype.value,
    )


@cache
def environment() -> str:
    """What changes the clip's bytes, beside what changes latents."""
    return f"{admission.environment()} {environment_of('av', 'pillow')}"


def perform(request: DecodeRequest, context: Context) -> Digest:
    """Decode, look through the film and store it as a lossless clip, with its sound if it has any.

    Raises `ModelFailure` for a film that is black, frozen, flickering, no numbers or of another
    length than asked for; `InvalidInput` for the latents of another take; `Cancelled`.
    """
    check_decode(request)
    admission.admit(context.blobs, request.diffusion)
    from services.generator.diffusion.checkpoint import load_latents
    from services.generator.diffusion.lint import check_take

    tensors = load_latents(context.blobs, request.diffusion, request.latents)
    context.progress(0.0)
    with admission.fitting(request.diffusion):
        decoded = decode_film(request, tensors, context)
    check_take(decoded.frames, request.diffusion)
    context.progress(_DECODED)
    return _store(decoded, request, context)


def decode_film(request: DecodeRequest, tensors: dict[str, object], context: Context) -> Decoded:
    """The film of some latents; raises `Cancelled` before the next block of the decoder begins."""
    from services.generator.diffusion.family import family_of
    from services.generator.diffusion.handover import before_of
    from services.generator.diffusion.interrupt import interruptible
    from services.generator.diffusion.resident import loaded
    from services.generator.diffusion.speed import make_room

    tensors = {**tensors, **before_of(context.blobs, request.diffusion)}
    family = family_of(request.diffusion)
    decoder = family.decoder(request)
    make_room(decoder, loaded())

    def at_block(share: float) -> None:
        # A decoder runs once for every few frames: how far it is, it does not say.
        context.progress(share * _DECODED / 2)

    with interruptible(decoder, at_block):
        return family.decode(request, tensors)  # type: ignore[arg-type]


def _store(decoded: Decoded, request: DecodeRequest, context: Context) -> Digest:
    from shared.media.master import write_rgb_master

    geometry = request.diffusion.geometry
    size = Size(geometry.width, geometry.height)
    # As the stock pipelines make pictures of their numbers.
    frames = ((frame * 255).round().astype("uint8") for frame in decoded.frames)
    with tempfile.TemporaryDirectory(prefix="onbeat-take-") as folder:
        path = Path(folder) / "take.mp4"
        write_rgb_master(path, frames, size, geometry.frame_rate)
        if decoded.sound is not None:
            from shared.media.master_sound import add_sound

            silent = path.rename(path.with_name("silent.mp4"))
            add_sound(path, silent, decoded.sound, decoded.sound_rate_hz)
        return context.blobs.put_file(path)
