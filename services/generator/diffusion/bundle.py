"""A shot's conditions out of the store, as arrays."""

from __future__ import annotations

from services.generator.diffusion.family import Bundle
from shared.blobs import BlobStore
from shared.condition import load_condition
from shared.diffusion import DiffusionRequest
from shared.diffusion_checks import check_conditions, check_diffusion


def read_bundle(blobs: BlobStore, request: DiffusionRequest) -> Bundle:
    """The tensors of all conditions by their names in the bundle.

    All manifests are checked before any tensor is read. Raises `InvalidInput` and `MissingBlob`.
    """
    check_conditions(blobs, request)
    expected = check_diffusion(request)
    return {
        one.name: load_condition(blobs, one.manifest, expected[one.name].encoder)[1]
        for one in request.conditions
    }
