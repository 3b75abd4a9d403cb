"""Clips and photos of a size that people bring: 1080p30 H.264 and 12 MP JPEG, from packaged media.

The packaged media are small, so they are enlarged and given grain: without it an encoder has less
to do than with anything that came out of a camera. Everything is seeded.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, cycle, islice
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from examples.media import demo_references

WIDTH, HEIGHT, RATE = 1920, 1080, 30
CLIP_SECONDS = 5
PHOTO_SIZE = (4000, 3000)
_GRAIN = 4.0  # standard deviation in 8-bit levels, of a phone in ordinary light
_KEY_FRAMES = 30  # one a second, as phones write
_FILMED = ("cockatoo", "bunny")
_PANNED = ("earth", "arches")
_PHOTOS = (
    *("earth", "arches", "galaxies", "rocket", "astronaut", "coffee", "cat", "dahlia", "pagoda"),
)

Picture = NDArray[np.uint8]


def write_clips(folder: Path) -> tuple[Path, ...]:
    """Write two filmed clips and two pans over photos; returns their paths."""
    paths = {reference.handle[1:]: reference.path for reference in demo_references()}
    sources = {name: _filmed(paths[name]) for name in _FILMED}
    sources |= {f"{name}-pan": _pan(_read(paths[name], (4000, 3000))) for name in _PANNED}
    written = []
    for seed, (name, pictures) in enumerate(sources.items()):
        path = folder / f"{name}.mp4"
        _encode(path, islice(_grained(pictures, seed), CLIP_SECONDS * RATE))
        written.append(path)
    return tuple(written)


def write_photos(folder: Path) -> tuple[Path, ...]:
    """Write nine photos of 12 megapixels; returns their paths."""
    paths = {reference.handle[1:]: reference.path for reference in demo_references()}
    written = []
    for seed, name in enumerate(_PHOTOS):
        picture = next(_grained([_read(paths[name], PHOTO_SIZE)], seed))
        path = folder / f"{name}.jpg"
        Image.fromarray(picture).save(path, quality=92)
        written.append(path)
    return tuple(written)


def _read(path: Path, size: tuple[int, int]) -> Picture:
    """A photo, cropped to the aspect of `size` and scaled to it; uint8 [height, width, 3]."""
    with Image.open(path) as image:
        picture = np.asarray(image.convert("RGB"))
    height, width = picture.shape[:2]
    scale = min(width / size[0], height / size[1])
    left, top = round(width - size[0] * scale) // 2, round(height - size[1] * scale) // 2
    part = picture[top : top + round(size[1] * scale), left : left + round(size[0] * scale)]
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def _filmed(path: Path) -> Iterator[Picture]:
    """A clip's frames at 1080p, forwards and backwards without end."""
    pictures = []
    with av.open(str(path)) as container:
        for frame in islice(container.decode(video=0), CLIP_SECONDS * RATE):
            picture = frame.to_ndarray(format="rgb24")
            pictures.append(
                np.asarray(
                    cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC), np.uint8
                )
            )
    yield from cycle(chain(pictures, reversed(pictures)))


def _pan(photo: Picture) -> Iterator[Picture]:
    """A slow hand-held travel over a photo."""
    shake = np.random.default_rng(1).normal(0, 1.5, (CLIP_SECONDS * RATE, 2)).cumsum(axis=0)
    for index, (x, y) in enumerate(shake):
        placement = np.array([[1.0, 0, 300 + 6 * index + x], [0, 1.0, 500 + 2 * index + y]])
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        yield np.asarray(cv2.warpAffine(photo, placement, (WIDTH, HEIGHT), flags=flags), np.uint8)


def _grained(pictures: Iterator[Picture] | list[Picture], seed: int) -> Iterator[Picture]:
    random = np.random.default_rng(seed)
    grain: NDArray[np.int16] | None = None
    for picture in pictures:
        if grain is None:
            grain = random.normal(0, _GRAIN, picture.shape[:2]).astype(np.int16)
        rolled = np.roll(grain, random.integers(0, 1000, 2), axis=(0, 1))
        yield np.clip(picture + rolled[:, :, None], 0, 255).astype(np.uint8)


def _encode(path: Path, pictures: Iterator[Picture]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(RATE))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "20", "g": str(_KEY_FRAMES)}
        for picture in pictures:
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
