"""`generate`, after a model that has a frame rate of its own: the clip at the film's rate.

Importing this module is cheap: pictures are loaded when something is performed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from shared.actions import Backend, Context, environment_of
from shared.brief import Size
from shared.digest import Digest
from shared.errors import InvalidInput
from shared.retime import RetimeRequest, Retiming

if TYPE_CHECKING:
    from services.generator.retime.flow import Between
    from shared.media.color import Planes
    from shared.media.video import VideoReader

_VERSION = 1
MAX_FRAMES = 20_000
# With more of a picture in doubt, as over a cut, a made frame is worse than the nearest one.
MAX_DOUBTFUL_SHARE = 0.35
_PROGRESS_FRAMES = 4


def backend(request: RetimeRequest) -> Backend:
    """Who retimes; raises `InvalidInput` for a clip that cannot be made."""
    check_retime(request)
    environment = environment_of("av", "numpy", "opencv-python-headless")
    return Backend("generate/retime", _VERSION, environment)


def perform(request: RetimeRequest, context: Context) -> Digest:
    """Make and store the clip: a lossless MP4 of exactly `request.frames` frames.

    It says in itself how its frames came about (`shared.media.retiming`). Raises `Cancelled`.
    """
    check_retime(request)
    import cv2

    from shared.media.master import write_master
    from shared.media.retiming import with_retiming
    from shared.media.video import VideoReader

    cv2.setNumThreads(1)  # The pool runs a process per core.
    with (
        context.blobs.local_path(request.clip) as source,
        VideoReader(source) as reader,
        tempfile.TemporaryDirectory(prefix="onbeat-retime-") as folder,
    ):
        plain, told = Path(folder) / "plain.mp4", Path(folder) / "clip.mp4"
        retimer = _Retimer(request, context)
        size = Size(reader.width, reader.height)
        write_master(plain, retimer.frames(reader), size, request.frame_rate)
        with_retiming(told, plain, retimer.retiming())
        return context.blobs.put_file(told)


def check_retime(request: RetimeRequest) -> None:
    """Raise `InvalidInput` for numbers that make no clip."""
    if not 1 <= request.frames <= MAX_FRAMES:
        raise InvalidInput(f"a clip of {request.frames} frames; expected 1 to {MAX_FRAMES}")
    if not 1 <= request.frame_rate <= 240:
        rate = float(request.frame_rate)
        raise InvalidInput(f"a clip at {rate:g} frames a second; expected 1 to 240")


class _Retimer:
    """Goes through a clip's neighbours once, and counts what it does."""

    def __init__(self, request: RetimeRequest, context: Context) -> None:
        self._request = request
        self._context = context
        self._num_kept = self._num_nearest = 0
        self._shares: list[float] = []

    def frames(self, reader: VideoReader) -> Iterator[Planes]:
        """Every frame of the clip."""
        from services.generator.retime.flow import Between

        own = ((frame.seconds, frame.planes()) for frame in reader.frames())
        began, before = next(own)
        after = next(own, None)
        between: Between | None = None
        for index in range(self._request.frames):
            if index % _PROGRESS_FRAMES == 0:
                self._context.progress(index / self._request.frames)
            time = index / self._request.frame_rate
            while after is not None and after[0] <= time:
                began, before = after
                after, between = next(own, None), None
            if after is None or time == began:
                self._num_kept += 1
                yield before
                continue
            if between is None:
                between = Between.of(before, after[1])
            yield self._made(between, float((time - began) / (after[0] - began)))

    def retiming(self) -> Retiming:
        """How the frames came about."""
        shares = self._shares or [0.0]
        return Retiming(
            self._num_kept,
            len(self._shares),
            self._num_nearest,
            round(sum(shares) / len(shares), 6),
            round(max(shares), 6),
        )

    def _made(self, between: Between, time: float) -> Planes:
        share = between.doubtful_share
        if share > MAX_DOUBTFUL_SHARE:
            self._num_nearest += 1
            return between.first if time < 0.5 else between.second
        self._shares.append(share)
        return between.at(time)
