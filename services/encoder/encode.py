"""The action "encode": a reference and an encoder's name in, a condition out.

Importing this module is cheap: what encodes is imported when it is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from shared.actions import Backend, Context, environment_of
from shared.condition import Scalar, Tensors, store_condition
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.observation import IMAGE_STYLE, PROBE, VIDEO_MOTION
from shared.requests import EncodeRequest

Progress = Callable[[float], None]
Encoded = tuple[dict[str, Scalar], Tensors]


@dataclass(frozen=True, slots=True)
class _Encoder:
    """One encoder: raise `version` whenever its output changes for an unchanged file."""

    version: int
    distributions: tuple[str, ...]
    encode: Callable[[Path, Progress], Encoded]


def backend(request: EncodeRequest) -> Backend:
    """Who would encode; raises `InvalidInput` for an encoder that does not exist."""
    encoder = _find(request.encoder)
    return Backend(
        name=f"encode/{request.encoder}",
        version=encoder.version,
        environment=environment_of(*encoder.distributions),
    )


def perform(request: EncodeRequest, context: Context) -> Digest:
    """Encode a reference and store the condition; returns its manifest's digest.

    Raises `InvalidInput`, without naming the file, if the reference is not what the encoder
    takes; `MissingBlob`; `Cancelled`.
    """
    encoder = _find(request.encoder)
    with context.blobs.local_path(request.reference) as path:
        values, tensors = encoder.encode(path, context.progress)
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


def _encode_probe(path: Path, progress: Progress) -> Encoded:
    from shared.media.probe import probe

    progress(0.0)
    info = probe(path)
    values: dict[str, Scalar] = {
        "kind": info.kind.value,
        "format": info.format,
        "codec": info.codec,
        "width": info.width,
        "height": info.height,
        "frame_rate": None if info.frame_rate is None else str(info.frame_rate),
        "duration_seconds": info.duration_seconds,
        "audio_codec": info.audio_codec,
        "audio_sample_rate_hz": info.audio_sample_rate_hz,
        "audio_channels": info.audio_channels,
        "audio_duration_seconds": info.audio_duration_seconds,
    }
    return values, {}


def _encode_image(path: Path, progress: Progress) -> Encoded:
    from services.encoder.image import encode_image

    return encode_image(path, progress)


def _encode_video(path: Path, progress: Progress) -> Encoded:
    from services.encoder.video import encode_video

    return encode_video(path, progress)


_ENCODERS = {
    PROBE: _Encoder(1, ("av", "pillow"), _encode_probe),
    IMAGE_STYLE: _Encoder(1, ("numpy", "opencv-python-headless", "pillow"), _encode_image),
    # Pillow because it probes the file first.
    VIDEO_MOTION: _Encoder(1, ("av", "numpy", "opencv-python-headless", "pillow"), _encode_video),
}
