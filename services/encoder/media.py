"""The encoder "media.probe": what a file is, before anything else looks at it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shared.condition import Scalar, Tensors
from shared.media.probe import probe


def encode_probe(
    path: Path, progress: Callable[[float], None]
) -> tuple[dict[str, Scalar], Tensors]:
    """Values of `MediaInfo`; raises `InvalidInput` for what is no media."""
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
        "log_curve": info.log_curve,
    }
    return values, {}
