"""Films joined here from packaged clips and photos, so that every boundary is known."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from examples.media import demo_references
from shared.media.photo import load_photo
from shared.media.video import VideoReader

Picture = NDArray[np.uint8]
SIZE = (640, 360)
RATE = 25
_OWN_CUTS = {"street": (30, 76, 137, 187, 242), "city": (116,)}
_DISSOLVE_FRAMES = 12


@dataclass(frozen=True, slots=True)
class Joined:
    """A film with the first frame of each shot; a dissolve counts by its first and last frame."""

    path: Path
    starts: tuple[int, ...]
    dissolves: tuple[tuple[int, int], ...]


def write_joined(folder: Path, seed: int, num_shots: int, *, dissolves: bool = False) -> Joined:
    """Join stretches of uncut clips and moves over photos in random order and lengths."""
    random = np.random.default_rng(seed)
    pool = _clips() | _photos(random)
    names = list(pool)
    frames: list[Picture] = []
    starts, spans = [0], []
    before = ""
    for index in range(num_shots):
        name = before
        while name == before:
            name = names[int(random.integers(len(names)))]
        before = name
        shot = _stretch(pool[name], random)
        if index and dissolves and index % 2:
            span = _dissolve(frames, shot)
            spans.append(span)
            starts.append(span[1])
        elif index:
            starts.append(len(frames))
            frames += shot
        else:
            frames += shot
    path = folder / f"joined-{seed}.mp4"
    _write(path, frames)
    return Joined(path, tuple(starts), tuple(spans))


def f_measure(truth: Joined, found: list[int], tolerance_frames: int = 1) -> tuple[int, int, int]:
    """Hits, misses and false alarms of boundaries (the first shot's start does not count)."""
    windows = [(start - tolerance_frames, start + tolerance_frames) for start in truth.starts[1:]]
    for first, last in truth.dissolves:
        windows[truth.starts.index(last) - 1] = (first - 1, last + 1)
    left = list(found)
    hits = 0
    for low, high in windows:
        inside = [frame for frame in left if low <= frame <= high]
        hits += bool(inside)
        left = [frame for frame in left if frame not in inside[:1]]
    return hits, len(windows) - hits, len(left)


def _dissolve(frames: list[Picture], shot: list[Picture]) -> tuple[int, int]:
    first = len(frames) - _DISSOLVE_FRAMES
    for index in range(_DISSOLVE_FRAMES):
        part = (index + 1) / (_DISSOLVE_FRAMES + 1)
        mixed = cv2.addWeighted(frames[first + index], 1 - part, shot[index], part, 0)
        frames[first + index] = np.asarray(mixed, np.uint8)
    frames += shot[_DISSOLVE_FRAMES:]
    return first, first + _DISSOLVE_FRAMES


def _stretch(frames: list[Picture], random: np.random.Generator) -> list[Picture]:
    length = int(random.integers(20, 60))
    length = min(length, len(frames))
    first = int(random.integers(0, len(frames) - length + 1))
    return frames[first : first + length]


def _clips() -> dict[str, list[Picture]]:
    shots = {}
    for reference in demo_references():
        if reference.kind == "video":
            with VideoReader(reference.path) as reader:
                frames = [frame.rgb(*SIZE) for frame in reader.frames()]
            cuts = [0, *_OWN_CUTS.get(reference.handle[1:], ()), len(frames)]
            for first, end in pairwise(cuts):
                if end - first >= 26:
                    shots[f"{reference.handle}{first}"] = frames[first + 1 : end - 1]
    return shots


def _photos(random: np.random.Generator) -> dict[str, list[Picture]]:
    shots = {}
    for reference in demo_references():
        if reference.kind == "image":
            rgb = load_photo(reference.path, 1200)
            height, width = rgb.shape[:2]
            side = min(width / SIZE[0], height / SIZE[1])
            x, y = random.uniform(-0.5, 0.5, 2)
            frames = []
            for index in range(60):
                scale = side * (0.9 - 0.2 * index / 60)
                center = (width / 2 + x * index, height / 2 + y * index)
                matrix = np.array([[scale, 0, center[0]], [0, scale, center[1]]], np.float64)
                matrix[:, 2] -= matrix[:, :2] @ (np.array(SIZE) / 2)
                how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
                frame = cv2.warpAffine(rgb, matrix, SIZE, flags=how, borderMode=cv2.BORDER_REFLECT)
                frames.append(np.asarray(frame, np.uint8))
            shots[reference.handle] = frames
    return shots


def _write(path: Path, frames: list[Picture]) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(RATE))
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "23"}
        for rgb in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
        container.mux(stream.encode())
