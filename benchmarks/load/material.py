"""Songs, clips and photos that films of a week are made of: small, seeded, written when asked."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.impacts import random_scene, write_scene
from examples.song import write_song

CLIP_RATE = Fraction(25)
PHOTO_SIZE = (640, 480)
_IMPACTS_PER_CLIP = 6  # 3 to 7 s


@dataclass(frozen=True, slots=True)
class Pool:
    """How many songs, clips and photos the films of one tenant share."""

    songs: int = 2
    clips: int = 4
    photos: int = 6

    @property
    def handles(self) -> tuple[str, ...]:
        """The handles of all, songs first."""
        return (
            *(f"song{n}" for n in range(self.songs)),
            *(f"clip{n}" for n in range(self.clips)),
            *(f"photo{n}" for n in range(self.photos)),
        )


def write_reference(folder: Path, handle: str, seed: int) -> Path:
    """The file of a handle ("song0", "clip2", "photo3", "own17"): the same for the same seed."""
    kind, number = handle.rstrip("0123456789"), int(handle.lstrip("abcdefghijklmnopqrstuvwxyz"))
    suffix = {"song": ".wav", "clip": ".mp4"}.get(kind, ".jpg")
    path = folder / f"{handle}{suffix}"
    if path.exists():
        return path
    own_seed = 1000 * seed + number
    if kind == "song":
        write_song(path, own_seed)
    elif kind == "clip":
        sort = "bounce" if number % 2 else "strike"
        scene = random_scene(sort, _IMPACTS_PER_CLIP, own_seed, pan_pixels=6, noise_levels=1.0)
        write_scene(path, scene, CLIP_RATE)
    else:
        # Of a kind of its own, so that no photo of the pool is by chance somebody's own.
        write_photo(path, own_seed + (10**6 if kind == "own" else 0))
    return path


def write_photo(path: Path, seed: int) -> None:
    """Clouds of colour with a bright thing on them, as JPEG."""
    random = np.random.default_rng(seed)
    width, height = PHOTO_SIZE
    picture = np.full((height, width, 3), random.uniform(60, 180, 3), np.float32)
    for cells in (4, 12, 40):
        noise = random.normal(0, 1, (cells, cells, 3)).astype(np.float32)
        picture += 14 * cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    at = (int(random.integers(120, width - 120)), int(random.integers(120, height - 120)))
    bright = [float(level) for level in random.uniform(150, 255, 3)]
    cv2.circle(picture, at, int(random.integers(40, 110)), bright, -1, cv2.LINE_AA)
    Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(path, quality=90)
