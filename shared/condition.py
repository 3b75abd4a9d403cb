"""Conditions: what an encoder found in a reference, as a manifest and a safetensors blob.

The result of an `encode` action is the digest of its manifest; the manifest names the tensors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from shared.blobs import BlobStore
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.schema import from_json, to_json

if TYPE_CHECKING:
    import numpy as np

Scalar = int | float | str | None
Tensors = dict[str, "np.ndarray"]


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
    import numpy as np
    from safetensors.numpy import save

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


@dataclass(frozen=True, slots=True)
class Needs:
    """What a condition must be for who takes it: checked before any model is loaded.

    `values` must be in the manifest and equal. `tensors` say dtype and shape by name; None in a
    shape takes any length there. What is not named here may be anything.
    """

    encoder: str
    encoder_version: int | None = None
    values: Mapping[str, Scalar] = field(default_factory=dict)
    tensors: Mapping[str, tuple[str, tuple[int | None, ...]]] = field(default_factory=dict)


def read_manifest(blobs: BlobStore, digest: Digest) -> Manifest:
    """The manifest alone, without its tensors; raises `InvalidInput` and `MissingBlob`."""
    return from_json(Manifest, blobs.read(digest))


def check_manifest(manifest: Manifest, needs: Needs) -> None:
    """Raise `InvalidInput` where a condition is not what is needed, naming both values."""
    if manifest.encoder != needs.encoder:
        raise InvalidInput(
            f"expected a condition of {needs.encoder}, found one of {manifest.encoder}"
        )
    if needs.encoder_version not in (None, manifest.encoder_version):
        raise InvalidInput(
            f"condition of {manifest.encoder}: found version {manifest.encoder_version}, "
            f"expected {needs.encoder_version}"
        )
    for name, expected in needs.values.items():
        found = manifest.values.get(name)
        if found != expected or name not in manifest.values:
            shown = repr(found) if name in manifest.values else "nothing"
            raise InvalidInput(
                f"condition of {manifest.encoder}: {name} is {shown}, expected {expected!r}"
            )
    specs = {spec.name: spec for spec in manifest.tensor_specs}
    for name, (dtype, shape) in needs.tensors.items():
        spec = specs.get(name)
        if spec is None or spec.dtype != dtype or not _fits(spec.shape, shape):
            shown = "nothing" if spec is None else f"{spec.dtype} {list(spec.shape)}"
            sides = ["any" if side is None else side for side in shape]
            raise InvalidInput(
                f"condition of {manifest.encoder}: tensor {name} is {shown}, "
                f"expected {dtype} [{', '.join(map(str, sides))}]"
            )


def _fits(found: tuple[int, ...], expected: tuple[int | None, ...]) -> bool:
    return len(found) == len(expected) and all(
        side is None or side == there for there, side in zip(found, expected, strict=True)
    )


def _load_tensors(blobs: BlobStore, manifest: Manifest) -> Tensors:
    if manifest.tensors is None:
        return {}
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        return load(blobs.read(manifest.tensors))
    except SafetensorError as error:
        raise InvalidInput(f"tensors of {manifest.encoder} are not safetensors: {error}") from error
