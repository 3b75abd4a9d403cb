"""CPU a frame against the floor: a plain shot, and one with everything that a shot can have.

The floor is decoding the source's frames and encoding the plain shot's, on one thread, and nothing
else. The best of several rounds, taken in turn, so that a busy machine is as busy for all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import cv2

from benchmarks.look import film_cube
from examples.media import demo_references
from services.generator import render
from services.generator.footage.encode import encode_segment
from services.generator.render import finished_frames
from shared.blobs import MemoryBlobs
from shared.brief import MediaKind, Size
from shared.captions import Backing, Place
from shared.lettering import Lettering, LetteringKind
from shared.look.cube_file import write_cube
from shared.media.color import Planes
from shared.media.photo import load_photo
from shared.media.video import VideoReader
from shared.requests import Delivery, RenderRequest
from shared.shot import Accent, AccentLook, AccentLookKind, Framing, Grade, Move, MoveKind
from tests.shared.typed import lettering

PLAIN_GOAL, ALL_GOAL = 1.25, 2.0
_SIZE, _RATE, _FRAMES, _ROUNDS = Size(1280, 720), Fraction(30), 60, 4
_BEATS = (8, 22, 37, 51)
_SOURCES = {"bunny": MediaKind.VIDEO, "arches": MediaKind.IMAGE}


@dataclass
class _Here:
    """A context that runs actions in this process."""

    blobs: MemoryBlobs = field(default_factory=MemoryBlobs)

    def progress(self, fraction: float) -> None:
        """Nobody watches."""


def table() -> str:
    """The table in Markdown."""
    cv2.setNumThreads(1)
    lines = [
        "## CPU a frame, against the floor",
        f"{_SIZE}, {_FRAMES} frames, final quality, best of {_ROUNDS}. Everything: a push, shakes "
        "on beats, all numbers of a grade, a look of 33 a side, and a karaoke caption.",
        "",
        f"| source | floor, ms | plain (goal {PLAIN_GOAL}) | everything (goal {ALL_GOAL:g}) |",
        "|---|---|---|---|",
    ]
    paths = {item.handle[1:]: item.path for item in demo_references()}
    return "\n".join([*lines, *(_row(paths[name], kind) for name, kind in _SOURCES.items()), ""])


def _row(path: Path, kind: MediaKind) -> str:
    here = _Here()
    plain = RenderRequest(
        here.blobs.put_file(path), kind, Fraction(0), Fraction(1), _FRAMES, Framing(zoom=1.1),
        Move(), Grade(), (), Delivery(_SIZE, _RATE),
    )  # fmt: skip
    full = _everything(plain, here.blobs)
    frames = list(finished_frames(plain, here))
    works: list[Callable[[], object]] = [
        lambda: _floor(path, kind, frames, plain.delivery),
        lambda: render.perform(plain, here),
        lambda: render.perform(full, here),
    ]
    spent = [[_cpu(work) for work in works] for _ in range(_ROUNDS)]
    floor, bare, all_of_it = (1000 * min(column) / _FRAMES for column in zip(*spent, strict=True))
    name = f"{path.name} ({kind})"
    return f"| {name} | {floor:.1f} | {bare / floor:.2f} | {all_of_it / floor:.2f} |"


def _everything(plain: RenderRequest, blobs: MemoryBlobs) -> RenderRequest:
    shakes = tuple(AccentLook(AccentLookKind.SHAKE, frame, 0.8) for frame in _BEATS)
    return replace(
        plain,
        move=Move(MoveKind.PUSH_IN, 0.12),
        accents=tuple(Accent(frame, 0.8) for frame in _BEATS),
        looks=shakes,
        grade=Grade(0.3, 1.1, 0.9, 0.2, 0.1, look=blobs.put(write_cube(film_cube(), "film"))),
        lettering=(_caption(blobs),),
    )


def _caption(blobs: MemoryBlobs) -> Lettering:
    lines = ("The city sleeps and the colours run,", "we are awake until the sun")
    fields = {"place": Place.BOTTOM, "backing": Backing.PLATE}
    return lettering(LetteringKind.KARAOKE, *lines, frames=(0, _FRAMES), store=blobs, **fields)


def _floor(path: Path, kind: MediaKind, frames: list[Planes], delivery: Delivery) -> None:
    if kind is MediaKind.IMAGE:
        load_photo(path)
    else:
        with VideoReader(path) as reader:
            for _ in reader.frames_at(Fraction(k) / _RATE for k in range(_FRAMES)):
                pass
    encode_segment(frames, delivery)


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
