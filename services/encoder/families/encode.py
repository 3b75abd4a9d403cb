"""Conditions for model families: who makes which, under which key, and with whose consent.

Importing this module is cheap: what encodes is imported when it is needed.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from services.encoder.families.loading import device
from shared.actions import Backend, Context, environment_of
from shared.condition import Scalar, Tensors, store_condition
from shared.consent import ConsentSettings
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.families import ltx2, wan
from shared.families.components import components_digest
from shared.families.identity import identity
from shared.families.request import FamilyEncodeRequest

Progress = Callable[[float], None]
Encoded = tuple[dict[str, Scalar], Tensors]
_Function = Callable[[FamilyEncodeRequest, list[Path], Progress], Encoded]
_NOTHING = Digest.of_bytes(b"")


@dataclass(frozen=True, slots=True)
class _Encoder:
    """One encoder: raise `version` whenever its output changes for an unchanged request.

    `entry` is "module:function" here; `sources` the least and the most that it takes.
    """

    version: int
    distributions: tuple[str, ...]
    entry: str
    sources: tuple[int, int]

    def load(self) -> _Function:
        """The function, imported when it is needed."""
        module, _, function = self.entry.partition(":")
        found: _Function = getattr(
            importlib.import_module(f"services.encoder.families.{module}"), function
        )
        return found


def backend(request: FamilyEncodeRequest) -> Backend:
    """Who would encode; raises `InvalidInput` for what no encoder takes.

    Raises `WeightsUnavailable` for components that are not pinned, `Unavailable` for libraries
    that are not installed: ftfy changes prompts, so there is no encoding without it.
    """
    encoder = _find(request)
    return Backend(
        name=f"encode/{request.encoder}",
        version=encoder.version,
        environment=environment_of(*encoder.distributions),
        weights=components_digest(request.components),
        dtype=f"{request.compute.value} to {request.dtype.value}",
    )


def perform(request: FamilyEncodeRequest, context: Context) -> Digest:
    """Encode references and store the condition; returns its manifest's digest.

    Raises `ConsentRequired` for faces that nobody has attested, `InvalidInput` for what cannot be
    encoded, `WeightsUnavailable`, `MissingBlob`, `Cancelled`.
    """
    encoder, made_by = _find(request), backend(request)
    references = [source.reference for source in request.sources]
    with ExitStack() as stack:
        paths = [stack.enter_context(context.blobs.local_path(one)) for one in references]
        context.progress(0.0)
        _admit(request, paths)
        values, tensors = encoder.load()(request, paths, context.progress)
    values |= identity(request, made_by.weights, made_by.environment)
    values["device"] = device()
    values |= {f"source_{index}": str(one) for index, one in enumerate(references)}
    return store_condition(
        context.blobs,
        encoder=request.encoder,
        encoder_version=encoder.version,
        reference=references[0] if references else _NOTHING,
        values=values,
        tensors=tensors,
    )


def _admit(request: FamilyEncodeRequest, paths: list[Path]) -> None:
    if request.pictures:
        from services.encoder.families.consent import admit

        admit(request, paths, ConsentSettings.from_environment())


def _find(request: FamilyEncodeRequest) -> _Encoder:
    if request.encoder not in _ENCODERS:
        raise InvalidInput(
            f"encoder {request.encoder!r} does not exist; expected {', '.join(_ENCODERS)}"
        )
    encoder = _ENCODERS[request.encoder]
    least, most = encoder.sources
    if not least <= len(request.sources) <= most:
        accepted = str(least) if least == most else f"{least} to {most}"
        raise InvalidInput(
            f"{request.encoder}: found {len(request.sources)} sources; expected {accepted}"
        )
    return encoder


_TEXT = ("diffusers", "ftfy", "tokenizers", "torch", "transformers")
_PICTURES = ("diffusers", "numpy", "opencv-python-headless", "pillow", "torch")
_CLIP = (*_PICTURES, "transformers")
_VIDEOS = ("av", *_PICTURES)
_ENCODERS = {
    wan.TEXT: _Encoder(1, _TEXT, "wan_text:encode", (1, 1)),
    wan.CLIP: _Encoder(1, _CLIP, "wan_clip:encode", (1, 2)),
    wan.I2V: _Encoder(1, _PICTURES, "wan_latents:encode_frames", (1, 2)),
    wan.VACE: _Encoder(1, _VIDEOS, "wan_latents:encode_control", (0, 2)),
    wan.VIDEO: _Encoder(1, _VIDEOS, "wan_latents:encode_video", (1, 1)),
    wan.REFERENCE: _Encoder(1, _PICTURES, "wan_latents:encode_reference", (1, 1)),
    ltx2.TEXT: _Encoder(1, _TEXT, "ltx2_text:encode", (1, 1)),
    ltx2.FRAMES: _Encoder(1, _VIDEOS, "ltx2_frames:encode", (1, 1)),
}
FAMILY_ENCODER_NAMES = tuple(_ENCODERS)
