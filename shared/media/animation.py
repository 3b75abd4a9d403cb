"""Animated pictures read as video: GIF, WebP, PNG and AVIF with more than one frame.

libav reads some of them, none of them all, and no animated WebP; Pillow decodes the four alike.
Transparency is laid on black, as it is in photos and in video. A loop is played once.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageSequence

from shared.errors import InvalidInput
from shared.media.limits import MAX_PHOTO_PIXELS

ANIMATED_FORMATS = ("GIF", "WEBP", "PNG", "AVIF")
TIME_BASE = Fraction(1, 1000)
MAX_FRAMES = 6000
# All frames together: a file of a few kilobytes may hold hours of one colour.
MAX_PIXELS = 40 * MAX_PHOTO_PIXELS
# Browsers show frames that say no time, or next to none, for a tenth of a second.
_LEAST_MS, _USUAL_MS = 20, 100
_HEADER_BYTES = 32


@dataclass(frozen=True, slots=True)
class Animation:
    """An animated picture's size, and how long each of its frames is shown in milliseconds."""

    format: str
    width: int
    height: int
    durations_ms: tuple[int, ...]

    @property
    def seconds(self) -> float:
        """How long it plays once."""
        return sum(self.durations_ms) / 1000

    @property
    def frame_rate(self) -> Fraction:
        """Its frames a second, on average."""
        return Fraction(1000 * len(self.durations_ms), sum(self.durations_ms))


def is_animated(path: Path) -> bool:
    """Whether a file is a picture of one of these formats with more than one frame."""
    with path.open("rb") as stream:
        head = stream.read(_HEADER_BYTES)
    if not _may_be_animated(head):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on odd metadata
            with Image.open(path, formats=ANIMATED_FORMATS) as image:
                return int(getattr(image, "n_frames", 1)) > 1
    except MemoryError:
        raise
    except Exception:  # Decoders of hostile bytes raise a dozen unrelated types.
        return False


def read_animation(path: Path) -> Animation:
    """Decode all frames once; raises `InvalidInput` for damaged or oversized ones."""
    durations, size, name = [], (0, 0), ""
    for image in _decoded(path):
        size, name = image.size, image.format or name
        durations.append(_shown_ms(image))
    return Animation(name.lower(), *size, tuple(durations))


def animation_frames(path: Path) -> Iterator[tuple[int, av.VideoFrame]]:
    """Every frame with its time in milliseconds from the first, as rgb24."""
    time = 0
    for image in _decoded(path):
        shown = _shown_ms(image)
        frame = av.VideoFrame.from_ndarray(_on_black(image), format="rgb24")
        frame.pts, frame.time_base, frame.duration = time, TIME_BASE, shown
        yield time, frame
        time += shown


def _may_be_animated(head: bytes) -> bool:
    return (
        head.startswith((b"GIF87a", b"GIF89a", b"\x89PNG\r\n\x1a\n"))
        or (head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X" and bool(head[20] & 2))
        or head[4:12] == b"ftypavis"
    )


def _decoded(path: Path) -> Iterator[Image.Image]:
    pixels = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=ANIMATED_FORMATS) as image:
                _refuse_large(image.size[0] * image.size[1], 1)
                for number, frame in enumerate(ImageSequence.Iterator(image), start=1):
                    frame.load()
                    pixels += frame.size[0] * frame.size[1]
                    _refuse_large(pixels, number)
                    yield frame
    except (MemoryError, InvalidInput, GeneratorExit):
        raise
    except Exception as error:  # as above
        reason = " ".join(str(error).split())
        raise InvalidInput(f"the animation cannot be decoded: {reason}") from error


def _refuse_large(pixels: int, frames: int) -> None:
    if pixels > MAX_PIXELS or frames > MAX_FRAMES:
        raise InvalidInput(
            f"found an animation of more than {MAX_FRAMES} frames or "
            f"{MAX_PIXELS // 1_000_000} megapixels in all; expected less, or a video"
        )


def _shown_ms(image: Image.Image) -> int:
    said = image.info.get("duration", 0)
    milliseconds = round(float(said)) if isinstance(said, int | float) else 0
    return milliseconds if milliseconds >= _LEAST_MS else _USUAL_MS


def _on_black(image: Image.Image) -> np.ndarray:
    if not image.has_transparency_data:
        return np.asarray(image.convert("RGB"))
    picture = image.convert("RGBA")
    black = Image.new("RGBA", picture.size, (0, 0, 0, 255))
    return np.asarray(Image.alpha_composite(black, picture).convert("RGB"))
