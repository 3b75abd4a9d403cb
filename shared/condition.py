"""Conditions: what an encoder found in a reference, as a manifest and a safetensors blob.

The result of an `encode` action is the digest of its manifest; the manifest names the tensors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from shared.blobs import BlobStore
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.schema import from_json, to_json

Scalar = int | float | str | None
Tensors = dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """Name, dtype and shape of one tensor, to be checked before it is loaded."""

    name: str
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a condition is: who made it from what, its scalar values, and its tensors."""

    VERSION: ClassVar[int] = 1

    encoder: str
    encoder_version: int
    reference: Digest
    values: dict[str, Scalar]
    tensors: Digest | None
    tensor_specs: tuple[TensorSpec, ...]


def store_condition(
    blobs: BlobStore,
    *,
    encoder: str,
    encoder_version: int,
    reference: Digest,
    values: dict[str, Scalar],
    tensors: Tensors,
) -> Digest:
    """Write tensors and manifest to the store; returns the manifest's digest."""
    # Not ascontiguousarray, which makes a scalar (shape []) a vector (shape [1]).
    contiguous = {name: np.asarray(array, order="C") for name, array in sorted(tensors.items())}
    manifest = Manifest(
        encoder=encoder,
        encoder_version=encoder_version,
        reference=reference,
        values=values,
        tensors=blobs.put(save(contiguous)) if contiguous else None,
        tensor_specs=tuple(
            TensorSpec(name, str(array.dtype), array.shape) for name, array in contiguous.items()
        ),
    )
    return blobs.put(to_json(manifest))


def load_condition(blobs: BlobStore, digest: Digest, encoder: str) -> tuple[Manifest, Tensors]:
    """Read a condition back; raises `InvalidInput` if another encoder made it or tensors differ."""
    manifest = from_json(Manifest, blobs.read(digest))
    if manifest.encoder != encoder:
        raise InvalidInput(f"expected a condition of {encoder}, found one of {manifest.encoder}")
    tensors = _load_tensors(blobs, manifest)
    if unknown := sorted(tensors.keys() - {spec.name for spec in manifest.tensor_specs}):
        raise InvalidInput(f"tensor {unknown[0]} of {encoder} is not in its manifest")
    for spec in manifest.tensor_specs:
        array = tensors.get(spec.name)
        if array is None or array.shape != spec.shape or str(array.dtype) != spec.dtype:
            found = "nothing" if array is None else f"{array.dtype} {array.shape}"
            raise InvalidInput(
                f"tensor {spec.name} of {encoder}: "
                f"expected {spec.dtype} {spec.shape}, found {found}"
            )
    return manifest, tensors


def _load_tensors(blobs: BlobStore, manifest: Manifest) -> Tensors:
    if manifest.tensors is None:
        return {}
    try:
        return load(blobs.read(manifest.tensors))
    except SafetensorError as error:
        raise InvalidInput(f"tensors of {manifest.encoder} are not safetensors: {error}") from error
