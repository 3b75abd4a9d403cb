"""The action "encode": a reference and an encoder's name in, a condition out.

Importing this module is cheap: what encodes is imported when it is needed.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.encoder.families import encode as families
from shared.actions import Backend, Context, environment_of
from shared.camera_motion import VIDEO_CAMERA
from shared.clip_samples import VIDEO_FACES, VIDEO_LABELS
from shared.condition import Scalar, Tensors, store_condition
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.families.request import FamilyEncodeRequest
from shared.observation import IMAGE_LOOK, IMAGE_STYLE, PROBE, VIDEO_LOOK, VIDEO_MOTION
from shared.recognition import (
    AUDIO_KIND,
    IMAGE_COMPOSITION,
    IMAGE_FACES,
    IMAGE_FEATURES,
    IMAGE_LABELS,
    TEXT_EMBEDDING,
    VIDEO_PICTURES,
    VIDEO_SHOTS,
)
from shared.requests import EncodeRequest
from shared.weights import weights_digest

Progress = Callable[[float], None]
Encoded = tuple[dict[str, Scalar], Tensors]


@dataclass(frozen=True, slots=True)
class _Encoder:
    """One encoder: raise `version` whenever its output changes for an unchanged file.

    `entry` is "module:function" in this service; `weights` are names in `shared.known_weights`.
    """

    version: int
    distributions: tuple[str, ...]
    entry: str
    weights: tuple[str, ...] = ()

    def load(self) -> Callable[[Path, Progress], Encoded]:
        """The function, imported when it is needed."""
        module, _, function = self.entry.partition(":")
        found: Callable[[Path, Progress], Encoded] = getattr(
            importlib.import_module(f"services.encoder.{module}"), function
        )
        return found


def backend(request: EncodeRequest | FamilyEncodeRequest) -> Backend:
    """Who would encode; raises `InvalidInput` for an encoder that does not exist."""
    if isinstance(request, FamilyEncodeRequest):
        return families.backend(request)
    encoder = _find(request.encoder)
    return Backend(
        name=f"encode/{request.encoder}",
        version=encoder.version,
        environment=environment_of(*encoder.distributions),
        weights=weights_digest(*encoder.weights) if encoder.weights else None,
    )


def perform(request: EncodeRequest | FamilyEncodeRequest, context: Context) -> Digest:
    """Encode a reference and store the condition; returns its manifest's digest.

    Raises `InvalidInput`, without naming the file, if the reference is not what the encoder
    takes; `WeightsUnavailable`, saying what to install; `MissingBlob`; `Cancelled`.
    """
    if isinstance(request, FamilyEncodeRequest):
        return families.perform(request, context)
    encoder = _find(request.encoder)
    with context.blobs.local_path(request.reference) as path:
        values, tensors = encoder.load()(path, context.progress)
    return store_condition(
        context.blobs,
        encoder=request.encoder,
        encoder_version=encoder.version,
        reference=request.reference,
        values=values,
        tensors=tensors,
    )


def _find(name: str) -> _Encoder:
    if name not in _ENCODERS:
        raise InvalidInput(f"encoder {name!r} does not exist; expected {', '.join(_ENCODERS)}")
    return _ENCODERS[name]


_PICTURES = ("numpy", "opencv-python-headless", "pillow")
_VIDEOS = ("av", *_PICTURES)  # Pillow because it probes the file first
_LABELS = ("yunet", "efficientnet-lite0", "imagenet-names", "minilm")
_ENCODERS = {
    PROBE: _Encoder(2, ("av", "pillow"), "media:encode_probe"),
    TEXT_EMBEDDING: _Encoder(1, ("numpy", "tokenizers", "torch"), "text:encode_text", ("minilm",)),
    IMAGE_STYLE: _Encoder(1, _PICTURES, "image:encode_image"),
    IMAGE_FACES: _Encoder(1, _PICTURES, "faces:encode_faces", ("yunet",)),
    IMAGE_FEATURES: _Encoder(
        1,
        (*_PICTURES, "torch"),
        "features:encode_features",
        ("efficientnet-lite0", "imagenet-names"),
    ),
    IMAGE_LABELS: _Encoder(1, (*_PICTURES, "tokenizers", "torch"), "labels:encode_labels", _LABELS),
    IMAGE_COMPOSITION: _Encoder(1, _PICTURES, "composition:encode_composition"),
    IMAGE_LOOK: _Encoder(1, _PICTURES, "look:encode_image_look"),
    VIDEO_LOOK: _Encoder(1, _VIDEOS, "look:encode_video_look"),
    VIDEO_MOTION: _Encoder(2, _VIDEOS, "video:encode_video"),
    VIDEO_CAMERA: _Encoder(1, _VIDEOS, "camera:encode_camera"),
    VIDEO_SHOTS: _Encoder(1, (*_VIDEOS, "torch"), "shots:encode_shots", ("transnetv2",)),
    VIDEO_PICTURES: _Encoder(
        1, (*_VIDEOS, "tokenizers", "torch"), "pictures:encode_pictures", _LABELS
    ),
    VIDEO_FACES: _Encoder(1, _VIDEOS, "samples:encode_clip_faces", ("yunet",)),
    VIDEO_LABELS: _Encoder(
        1, (*_VIDEOS, "tokenizers", "torch"), "samples:encode_clip_labels", _LABELS
    ),
    AUDIO_KIND: _Encoder(
        1, ("av", "numpy", "onnxruntime", "scipy"), "sound:encode_sound", ("silero-vad",)
    ),
}
ENCODER_NAMES = tuple(_ENCODERS)
