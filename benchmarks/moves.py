"""How evenly the camera moves, and what moves and accents cost: measured in rendered frames.

Evenness: a photo of waves is rendered, and the phase of the waves around a point off the middle
tells to a thousandth of a pixel what part of the photo is seen there. What differs from the path's
own arithmetic is error; its second difference is the jitter of the velocity.

Cost: CPU seconds of a segment, encoding included, against one whose camera stands.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from math import cos, sin
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.footage import write_clips, write_photos
from services.generator.footage.camera import CameraPath, plan_camera
from services.generator.footage.encode import encode_segment
from services.generator.footage.rect import Rect
from services.generator.render import finished_frames
from shared.blobs import FileBlobs
from shared.brief import MediaKind, Size
from shared.requests import Delivery, RenderRequest
from shared.shot import (
    Accent,
    AccentLook,
    AccentLookKind,
    Framing,
    Grade,
    Move,
    MoveKind,
)

SIZE, RATE = Size(1920, 1080), Fraction(30)
FRAMES = 60
MAX_JITTER, MAX_PLAIN, MAX_ALL = 0.02, 1.25, 2.0
_WAVE_PIXELS = 23.0
_PHOTO = (3000, 2000)
_WINDOW = 160
_POINT = (1380, 700)  # off the middle, so that zooms and rolls move it
_STILL = 0.01  # of a pixel: less than this backwards is measuring
_ACCENTS = (Accent(15, 0.6), Accent(30, 1.0), Accent(45, 0.7))
_AMOUNTS = {
    MoveKind.PUSH_IN: 0.12,
    MoveKind.PULL_OUT: 0.12,
    MoveKind.PAN_LEFT: 0.2,
    MoveKind.PAN_RIGHT: 0.2,
    MoveKind.TILT_UP: 0.2,
    MoveKind.TILT_DOWN: 0.2,
    MoveKind.ROLL_CLOCKWISE: 0.15,
    MoveKind.ROLL_COUNTERCLOCKWISE: 0.15,
}

FloatArray = NDArray[np.float64]


@dataclass
class _Here:
    """A context that runs actions in this process."""

    blobs: FileBlobs

    def progress(self, fraction: float) -> None:
        """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Evenness:
    """The largest errors of one move: position in pixels, velocity jitter in px a frame squared."""

    move: MoveKind
    position_pixels: float
    jitter: float
    backward_steps: int


def table() -> str:
    """Both tables, in Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        here = _Here(FileBlobs(Path(folder, "blobs")))
        evenness = [even(here, Path(folder), move) for move in _AMOUNTS]
        costs = _costs(here, Path(folder))
    return "\n".join([*_evenness_lines(evenness), "", *_cost_lines(costs), ""])


def even(here: _Here, folder: Path, move: MoveKind) -> Evenness:
    """Render a move over waves across and down, and compare what is seen with its path."""
    errors, paths = [], []
    for axis in (0, 1):
        path = folder / f"waves-{axis}.png"
        if not path.exists():
            _write_waves(path, axis)
        request = _request(here, path, MediaKind.IMAGE, Move(move, _AMOUNTS[move]))
        camera = _camera(request)
        rects = camera.rects()
        frames = finished_frames(request, here)
        errors.append(
            [_error(frame.y, rect, axis) for frame, rect in zip(frames, rects, strict=True)]
        )
        paths.append([_seen_at_point(rect)[axis] / (rect.width / SIZE.width) for rect in rects])
    error = np.array(errors)
    place = np.array(paths) + error
    jitter = np.abs(np.diff(error, n=2, axis=1)).max()
    return Evenness(move, float(np.abs(error).max()), float(jitter), _backward(place))


def _backward(place: FloatArray) -> int:
    """Steps against the way of the whole move, along the axis that it goes."""
    axis = int(np.abs(place[:, -1] - place[:, 0]).argmax())
    steps = np.diff(place[axis]) * np.sign(place[axis, -1] - place[axis, 0])
    return int((steps < -_STILL).sum())


def _write_waves(path: Path, axis: int) -> None:
    width, height = _PHOTO
    position = np.arange(_PHOTO[axis]) + 0.5
    wave = 128 + 80 * np.sin(2 * np.pi * position / _WAVE_PIXELS)
    gray = np.broadcast_to(wave[None, :] if axis == 0 else wave[:, None], (height, width))
    Image.fromarray(np.rint(gray).astype(np.uint8)).convert("RGB").save(path, compress_level=1)


def _camera(request: RenderRequest) -> CameraPath:
    aspect = Fraction(SIZE.width, SIZE.height)
    return plan_camera(
        _PHOTO, aspect, request.framing, request.move, request.frames, request.accents, RATE
    )


def _source_of(rect: Rect, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Where in the photo the middles of output pixels are."""
    scale = rect.width / SIZE.width
    across, down = (x + 0.5 - SIZE.width / 2) * scale, (y + 0.5 - SIZE.height / 2) * scale
    a, b = cos(rect.turn), sin(rect.turn)
    left, top = rect.left + rect.width / 2, rect.top + rect.height / 2
    return left + a * across - b * down, top + b * across + a * down


def _seen_at_point(rect: Rect) -> tuple[float, float]:
    x, y = _source_of(rect, np.array(_POINT[0]), np.array(_POINT[1]))
    return float(x), float(y)


def _error(luma: NDArray[np.uint8], rect: Rect, axis: int) -> float:
    """By how many output pixels the waves around the point are beside where they should be."""
    half = _WINDOW // 2
    rows = np.arange(_POINT[1] - half, _POINT[1] + half)
    columns = np.arange(_POINT[0] - half, _POINT[0] + half)
    x, y = np.meshgrid(columns, rows)
    place = _source_of(rect, x.astype(float), y.astype(float))[axis]
    part = luma[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(float)
    taper = np.hanning(_WINDOW)[:, None] * np.hanning(_WINDOW)[None]
    turn = np.exp(-2j * np.pi * place / _WAVE_PIXELS)
    level = (part * taper).sum() / taper.sum()
    phase = np.angle(((part - level) * taper * turn).sum()) + np.pi / 2
    wrapped = (phase + np.pi) % (2 * np.pi) - np.pi
    return float(wrapped / (2 * np.pi) * _WAVE_PIXELS / (rect.width / SIZE.width))


def _request(
    here: _Here, path: Path, kind: MediaKind, move: Move, looks: tuple[AccentLook, ...] = ()
) -> RenderRequest:
    return RenderRequest(
        source=here.blobs.put_file(path),
        kind=kind,
        start_seconds=Fraction(1, 2),
        speed=Fraction(1),
        frames=FRAMES,
        framing=Framing(),
        move=move,
        grade=Grade(),
        accents=() if move.kind is MoveKind.HOLD else _ACCENTS,
        delivery=Delivery(SIZE, RATE),
        looks=looks,
    )


def _costs(here: _Here, folder: Path) -> list[tuple[str, float, float]]:
    """Name, CPU milliseconds a frame, and times a standing camera's."""
    clip, photo = write_clips(folder)[0], write_photos(folder)[0]
    found = []
    for kind, path in ((MediaKind.VIDEO, clip), (MediaKind.IMAGE, photo)):
        plain = _request(here, path, kind, Move())
        base = _cost(here, plain)
        found.append((f"{kind}, hold", base, 1.0))
        for name, request in _variants(plain).items():
            spent = _cost(here, request)
            found.append((f"{kind}, {name}", spent, spent / base))
    return found


def _variants(plain: RenderRequest) -> dict[str, RenderRequest]:
    def looks(kind: AccentLookKind) -> tuple[AccentLook, ...]:
        return tuple(AccentLook(kind, accent.frame, accent.strength) for accent in _ACCENTS)

    def moved(kind: MoveKind) -> RenderRequest:
        return replace(plain, move=Move(kind, 0.15), accents=_ACCENTS)

    graded = Grade(exposure_stops=0.3, contrast=1.1, saturation=1.1, warmth=0.2)
    roll = moved(MoveKind.ROLL_CLOCKWISE)
    variants = {
        "push": moved(MoveKind.PUSH_IN),
        "whip": moved(MoveKind.WHIP_RIGHT),
        "roll": roll,
        "punches": replace(plain, looks=looks(AccentLookKind.PUNCH_IN)),
        "shakes": replace(plain, looks=looks(AccentLookKind.SHAKE)),
        "flashes": replace(plain, looks=looks(AccentLookKind.FLASH)),
        "roll, shakes and a grade": replace(roll, looks=looks(AccentLookKind.SHAKE), grade=graded),
    }
    if plain.kind is MediaKind.VIDEO:
        variants["backwards"] = replace(plain, is_reversed=True)
    return variants


def _cost(here: _Here, request: RenderRequest) -> float:
    """CPU milliseconds a frame, the less of two runs."""
    spent = []
    for _ in range(2):
        started = time.process_time()
        encode_segment(finished_frames(request, here), request.delivery)
        spent.append(time.process_time() - started)
    return 1000 * min(spent) / request.frames


def _evenness_lines(found: list[Evenness]) -> list[str]:
    lines = [
        "## Camera moves",
        f"1080p, over a photo of {_PHOTO[0]} x {_PHOTO[1]}, three accents. Errors are against the "
        f"analytic path; the goal for jitter is {MAX_JITTER} px/frame^2, and no step backwards.",
        "",
        "| move | largest error, px | velocity jitter, px/frame^2 | steps backwards |",
        "|---|---|---|---|",
    ]
    for one in found:
        lines.append(
            f"| {one.move} | {one.position_pixels:.3f} | {one.jitter:.4f} | {one.backward_steps} |"
        )
    return lines


def _cost_lines(costs: list[tuple[str, float, float]]) -> list[str]:
    lines = [
        f"CPU a frame with x264, against a camera that stands; the goal is {MAX_ALL:g} times with "
        "everything.",
        "",
        "| shot | ms a frame | times |",
        "|---|---|---|",
    ]
    return lines + [f"| {name} | {spent:.1f} | {times:.2f} |" for name, spent, times in costs]
