"""Shots cut from clips."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from services.generator.footage.camera import plan_camera
from services.generator.footage.grading import Grading
from services.generator.footage.warp import Warp
from shared.errors import InvalidInput
from shared.media.color import Planes
from shared.media.frame import VideoFrame
from shared.media.video import VideoReader
from shared.motion import source_seconds
from shared.requests import RenderRequest


def clip_frames(path: Path, request: RenderRequest) -> Iterator[Planes]:
    """The finished frames of a shot's span whose source is a video file, one at a time.

    Raises `InvalidInput` for a file that cannot be decoded and for one that ends more than half
    a frame before the span does.
    """
    delivery = request.delivery
    step = request.speed / delivery.frame_rate
    times = shown_seconds(request)
    with VideoReader(path) as reader:
        aspect = Fraction(delivery.size.width, delivery.size.height)
        camera = plan_camera(
            (reader.width, reader.height),
            aspect,
            request.framing,
            request.move,
            request.frames,
            request.accents,
            delivery.frame_rate,
        )
        grading = Grading.of(request.grade)
        warp = Warp(camera, delivery.size, delivery.quality)
        last_source: VideoFrame | None = None
        source = finished = None
        shown = zip(times, reader.frames_at(times), camera.rects(request.span), strict=True)
        for time, frame, rect in shown:
            _check_covers(frame, time, times[-1] + step, step / 2)
            if source is None or frame is not last_source:
                source, finished, last_source = frame.planes(), None, frame
            if finished is None or not camera.is_still:
                finished = grading.apply(warp.view(source, rect))
            yield finished


def shown_seconds(request: RenderRequest) -> list[Fraction]:
    """The exact moment of its source that each frame of a request's span shows."""
    indices = range(*(request.span or (0, request.frames)))
    if request.time_map:
        return [source_seconds(request.time_map, index) for index in indices]
    step = request.speed / request.delivery.frame_rate
    return [request.start_seconds + index * step for index in indices]


def _check_covers(frame: VideoFrame, time: Fraction, end: Fraction, tolerance: Fraction) -> None:
    # Beyond its end a reader holds the last frame; a frozen picture must not get into a film
    # unnoticed.
    if time >= frame.end_seconds + tolerance:
        raise InvalidInput(
            f"the clip ends at {float(frame.end_seconds):.3f} s; the shot needs it up to "
            f"{float(end):.3f} s"
        )
