"""`generate`, between two shots: latents of a take for a shot that goes on from it.

Importing this module is cheap: torch is loaded when something is handed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.generator.diffusion import admission
from shared.actions import Backend, Context
from shared.blobs import BlobStore
from shared.condition import load_condition, store_condition
from shared.diffusion import DecodeRequest, DiffusionRequest, HandoverRequest, shown_by
from shared.diffusion_checks import check_handover
from shared.digest import Digest, canonical_bytes
from shared.families.catalogue import find_model
from shared.families.components import components_digest
from shared.families.handover import HANDOVER, dropped_frames
from shared.families.identity import handover_identity

if TYPE_CHECKING:
    import torch

_VERSION = 1


def backend(request: HandoverRequest) -> Backend:
    """Who hands over; raises `InvalidInput` for latent frames that the take does not have."""
    check_handover(request)
    return Backend(
        name=f"generate/{request.diffusion.shot.model}.handover",
        version=_VERSION,
        environment=admission.environment(),
        weights=_autoencoder_pin(request.diffusion),
    )


def perform(request: HandoverRequest, context: Context) -> Digest:
    """Store the latents, with those before them for the decoder; loads no model.

    Raises `InvalidInput` for the latents of another take, and `MissingBlob`.
    """
    check_handover(request)
    from services.generator.diffusion.checkpoint import load_latents

    asked = request.diffusion
    _, model = find_model(asked.shot.model)
    own = load_latents(context.blobs, asked, request.latents)["latents"].cpu()
    first, end = request.first_frame, request.first_frame + request.frames
    before = _before(context.blobs, asked, own[:, :, :first])
    before = before[:, :, max(0, before.shape[2] - request.before) :]
    tensors = {"latents": own[:, :, first:end], "before": before}
    shown = shown_by(asked)
    values = handover_identity(model, asked.geometry, shown, _autoencoder_pin(asked))
    return store_condition(
        context.blobs,
        encoder=HANDOVER,
        encoder_version=_VERSION,
        reference=Digest.of_bytes(canonical_bytes(shown)),
        values=values,
        tensors={name: one.numpy() for name, one in tensors.items() if one.shape[2]},
    )


def held_latents(blobs: BlobStore, request: DiffusionRequest) -> torch.Tensor | None:
    """The latents that a take begins with, on the device; None for one that begins with noise."""
    found = _load(blobs, request)
    return None if found is None else found["latents"]


def before_of(blobs: BlobStore, request: DiffusionRequest) -> dict[str, torch.Tensor]:
    """The latents "before" a take's own, for its decoder, if it has any."""
    found = _load(blobs, request) or {}
    return {"before": found["before"]} if "before" in found else {}


def whole(tensors: dict[str, torch.Tensor]) -> torch.Tensor:
    """All latents that a decoder is given."""
    import torch

    before = tensors.get("before")
    return tensors["latents"] if before is None else torch.cat([before, tensors["latents"]], dim=2)


def dropped(request: DecodeRequest) -> int:
    """How many of the decoded pictures come before the clip."""
    taken = request.diffusion.shot.handover
    grid = find_model(request.diffusion.shot.model)[1].grid
    return 0 if taken is None else dropped_frames(grid, taken)


def _before(blobs: BlobStore, request: DiffusionRequest, own: torch.Tensor) -> torch.Tensor:
    """What comes before in a take: of its own latents, and of those before it."""
    import torch

    earlier = before_of(blobs, request)
    return torch.cat([earlier["before"].cpu(), own], dim=2) if earlier else own


def _load(blobs: BlobStore, request: DiffusionRequest) -> dict[str, Any] | None:
    import numpy as np
    import torch

    from services.generator.diffusion.loading import device

    taken = request.shot.handover
    if taken is None:
        return None
    _, tensors = load_condition(blobs, taken.latents, HANDOVER)
    return {name: torch.from_numpy(np.array(one)).to(device()) for name, one in tensors.items()}


def _autoencoder_pin(request: DiffusionRequest) -> Digest:
    return components_digest((find_model(request.shot.model)[1].autoencoder,))
