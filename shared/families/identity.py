"""What a condition of a model family says about itself, and what a denoiser demands of one.

Both come from the request, so that a manifest is checked against exactly what was asked for.
"""

from __future__ import annotations

from shared.condition import Needs, Scalar
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.families.family import Model
from shared.families.grid import Grid
from shared.families.handover import HANDOVER, Handover
from shared.families.kept import MASK_CHANNELS, stored_dtype
from shared.families.ltx2 import FRAMES, TOKEN_LENGTH
from shared.families.ltx2 import TEXT as LTX2_TEXT
from shared.families.request import FamilyEncodeRequest, Geometry, Source
from shared.families.wan import CLIP, I2V, REFERENCE, TEXT, VACE, VIDEO

SCHEMA = 1
_Shapes = dict[str, tuple[str, tuple[int | None, ...]]]


def identity(
    request: FamilyEncodeRequest, weights: Digest | None = None, environment: str | None = None
) -> dict[str, Scalar]:
    """A condition's values: everything that decided it, but for the references.

    `weights` and `environment` are left out where they are not known, as by a denoiser on a
    machine without the encoders.
    """
    values: dict[str, Scalar] = {
        "schema": SCHEMA,
        "family": request.family,
        "components": " ".join(request.components),
        "dtype": request.dtype.value,
        "compute": request.compute.value,
        "num_sources": len(request.sources),
    }
    if request.geometry is not None:
        geometry = request.geometry
        values |= {"width": geometry.width, "height": geometry.height, "frames": geometry.frames}
        values["frame_rate"] = str(geometry.frame_rate)
    for name in ("token_length", "padding_side", "crf", "keep_frames"):
        if (value := getattr(request, name)) is not None:
            values[name] = value
    if request.fit is not None:
        values["fit"] = request.fit.value
    if weights is not None:
        values["weights"] = str(weights)
    if environment is not None:
        values["environment"] = environment
    return values


def needs_of(
    request: FamilyEncodeRequest,
    grid: Grid,
    weights: Digest | None = None,
    environment: str | None = None,
) -> Needs:
    """What the condition of a request must be; for `shared.condition.check_manifest`."""
    return Needs(
        encoder=request.encoder,
        values=identity(request, weights, environment),
        tensors=_shapes(request, grid),
    )


def handover_identity(
    model: Model, geometry: Geometry, shown: tuple[Source, ...], weights: Digest | None = None
) -> dict[str, Scalar]:
    """The values of handed over latents: whose they are and what they show, not how they were made.

    `weights` are the autoencoder's, left out where they are not known.
    """
    values: dict[str, Scalar] = {
        "schema": SCHEMA,
        "component": model.autoencoder,
        "width": geometry.width,
        "height": geometry.height,
        "frame_rate": str(geometry.frame_rate),
        "num_sources": len(shown),
    }
    values |= {f"source_{index}": str(one.reference) for index, one in enumerate(shown)}
    return values if weights is None else {**values, "weights": str(weights)}


def handover_needs(
    model: Model, geometry: Geometry, taken: Handover, weights: Digest | None = None
) -> Needs:
    """What handed over latents must be for the take that begins with them."""
    one, channels, _, height, width = model.grid.latent_shape(geometry)
    tensors: _Shapes = {"latents": ("float32", (one, channels, taken.frames, height, width))}
    if taken.before:
        tensors["before"] = ("float32", (one, channels, taken.before, height, width))
    values = handover_identity(model, geometry, taken.shown, weights)
    return Needs(encoder=HANDOVER, values=values, tensors=tensors)


def _shapes(request: FamilyEncodeRequest, grid: Grid) -> _Shapes:
    dtype = stored_dtype(request.dtype)
    encoder = request.encoder
    if encoder == TEXT:
        return {"tokens": (dtype, (None, None))}
    if encoder == CLIP:
        return {"states": (dtype, (len(request.sources), None, None))}
    if encoder == LTX2_TEXT:
        shape = (1, request.token_length, None)
        packed = (((request.token_length or TOKEN_LENGTH) + 7) // 8,)
        return {"video": (dtype, shape), "audio": (dtype, shape), "mask": ("uint8", packed)}
    if request.geometry is None:
        raise InvalidInput(f"{encoder} without a geometry; expected width, height and frames")
    latents = grid.latent_shape(request.geometry)
    if encoder in (I2V, REFERENCE, VIDEO, FRAMES):
        return {"latents": (dtype, latents)}
    if encoder == VACE:
        cells = MASK_CHANNELS * latents[2] * latents[3] * latents[4]
        return {
            "inactive": (dtype, latents),
            "reactive": (dtype, latents),
            "mask": ("uint8", ((cells + 7) // 8,)),
        }
    raise InvalidInput(f"encoder {encoder!r} is of no model family")
