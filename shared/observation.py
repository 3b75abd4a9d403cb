"""What the default encoders saw, typed: views over conditions for whoever directs and renders."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from shared.blobs import BlobStore
from shared.brief import MediaKind
from shared.condition import load_condition
from shared.digest import Digest

if TYPE_CHECKING:
    import numpy as np

PROBE = "media.probe"
IMAGE_STYLE = "image.style"
VIDEO_MOTION = "video.motion"
IMAGE_LOOK = "image.look"
VIDEO_LOOK = "video.look"


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What a file is, after its streams were opened and found usable.

    `width` and `height` are upright (rotation applied), None for audio. Times are in seconds.
    `log_curve` names the curve of a video that says it is log footage.
    """

    kind: MediaKind
    format: str
    codec: str
    width: int | None
    height: int | None
    frame_rate: Fraction | None
    duration_seconds: float | None
    audio_codec: str | None
    audio_sample_rate_hz: int | None
    audio_channels: int | None
    audio_duration_seconds: float | None
    log_curve: str | None = None

    @classmethod
    def load(cls, blobs: BlobStore, digest: Digest) -> MediaInfo:
        """Read the condition that the encoder "media.probe" made."""
        manifest, _ = load_condition(blobs, digest, PROBE)
        values = dict(manifest.values)
        rate = values.pop("frame_rate")
        kind = MediaKind(str(values.pop("kind")))
        return cls(kind=kind, frame_rate=Fraction(str(rate)) if rate else None, **values)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class ImageStyle:
    """Palette, statistics, sharpness and saliency of one image.

    `palette_rgb` float32 [K, 3], sRGB 0..1, heaviest first; `palette_weights` float32 [K], sums
    to 1. `lab_mean`, `lab_std` float32 [3], CIE Lab (L 0..100). `sharpness` is 0 or more, equal
    scale for all sources. `saliency` float32 [h, w], longest side 64, sums to 1; the centre
    of its strongest part is (`saliency_x`, `saliency_y`), 0..1 of the upright image.
    """

    width: int
    height: int
    sharpness: float
    saliency_x: float
    saliency_y: float
    palette_rgb: np.ndarray
    palette_weights: np.ndarray
    lab_mean: np.ndarray
    lab_std: np.ndarray
    saliency: np.ndarray

    @classmethod
    def load(cls, blobs: BlobStore, digest: Digest) -> ImageStyle:
        """Read the condition that the encoder "image.style" made."""
        manifest, tensors = load_condition(blobs, digest, IMAGE_STYLE)
        return cls(**manifest.values, **tensors)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, eq=False)
class VideoMotion:
    """Shots, motion, sharpness and brightness of a video, one value for each of N frames.

    `pts` int64 [N] in `time_base`, frame 0 is 0. `shot_starts` int64 [S], frame indices where a
    shot of the source begins (the first is 0). `flow` float32 [N, 2], mean motion of the picture
    (x right, y down) in frame widths a second; `flow_magnitude` float32 [N], mean length of the
    motion vectors in the same unit; `flow_directions` float32 [N, 8], the magnitude shared among
    eight directions (bin 0 is centred on +x, bins turn towards +y); `subject_directions` float32
    [N, 8], the same of what moves against the picture as a whole. Motion is from the frame
    before; it is 0 where a shot starts. `sharpness` float32 [N] as in `ImageStyle`; `luma`
    float32 [N], 0..1; `saliency_center` float32 [N, 2], 0..1. `shot_lab_mean` float32 [S, 3].
    """

    width: int
    height: int
    time_base: Fraction
    duration_seconds: float
    pts: np.ndarray
    shot_starts: np.ndarray
    flow: np.ndarray
    flow_magnitude: np.ndarray
    flow_directions: np.ndarray
    subject_directions: np.ndarray
    sharpness: np.ndarray
    luma: np.ndarray
    saliency_center: np.ndarray
    shot_lab_mean: np.ndarray

    @classmethod
    def load(cls, blobs: BlobStore, digest: Digest) -> VideoMotion:
        """Read the condition that the encoder "video.motion" made."""
        manifest, tensors = load_condition(blobs, digest, VIDEO_MOTION)
        values = dict(manifest.values)
        time_base = Fraction(str(values.pop("time_base")))
        return cls(time_base=time_base, **values, **tensors)  # type: ignore[arg-type]
