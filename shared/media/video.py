"""Reading video: upright frames with exact times, whatever the file looks like inside.

Knows nothing about shots, deliveries or cameras. Frames are chosen by their presentation times
and never by counting, because phones and screen recorders write variable frame rates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING

import av

from shared.errors import InvalidInput
from shared.media.animation import TIME_BASE, animation_frames, is_animated, read_animation
from shared.media.container import find_video, open_container
from shared.media.deinterlace import deinterlaced
from shared.media.frame import Geometry, VideoFrame
from shared.media.preroll import decode_from

if TYPE_CHECKING:
    from types import TracebackType

MAX_FRAME_PIXELS = 36_000_000
MIN_SIDE_PIXELS = 16
# Containers round times to their tick, so a frame may be stored up to one tick late; coarse ticks
# (AVI counts whole frames) are not rounded.
_MAX_ROUNDING_SECONDS = Fraction(1, 1000)
# After a seek into an MPEG program stream libav gives frames wrong times, and no error.
_UNSEEKABLE = ("mpeg",)
_Decoded = tuple[int, av.VideoFrame]
_MAX_KNOWN_FILES = 256


@dataclass(frozen=True, slots=True)
class _FirstFrame:
    """What only decoding the first frame tells: its time in ticks, and how frames are stored."""

    pts: int
    width: int
    height: int
    quarter_turns: int
    is_interlaced: bool = False


# By path, inode, size and time of change. Many shots are cut from one file, and finding its first
# frame costs about as much as three frames of the shot.
_first_frames: dict[tuple[Path, int, int, int], _FirstFrame] = {}


@contextmanager
def libav_errors(doing: str) -> Iterator[None]:
    """Turn every error of libav into `InvalidInput`, saying what it was doing, without paths."""
    try:
        yield
    except av.FFmpegError as error:
        raise InvalidInput(f"{doing}: {error.strerror or type(error).__name__}") from error


class VideoReader:
    """The first video stream of a file, read frame by frame; use it as a context manager.

    `width`, `height` are upright, in square pixels and even. `time_base` is the tick of all times
    in seconds; `frame_rate` is the average rate. One iteration at a time: starting another ends
    the one before. Animated pictures are read as videos. `for_show` makes frames fit
    to be seen: interlaced ones progressive, transparent ones on black; whoever looks at small
    pictures needs neither. Raises `InvalidInput` for anything that is
    not a decodable video.
    """

    def __init__(self, path: Path, *, for_show: bool = False) -> None:
        self._path = path
        self._is_animation = is_animated(path) if path.is_file() else False
        self._deinterlaces = self._lays_on_black = for_show
        self._fresh: Iterator[_Decoded] | None = None
        self._is_at_start = True
        self._open()
        try:
            self._read_first()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> VideoReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; frames already read stay usable."""
        self._resources.close()

    @property
    def width(self) -> int:
        """Upright width in pixels, even."""
        return self._geometry.width

    @property
    def height(self) -> int:
        """Upright height in pixels, even."""
        return self._geometry.height

    def frames(self, *, only_referenced: bool = False) -> Iterator[VideoFrame]:
        """All frames from the first, with strictly increasing `pts` counted from the first.

        With `only_referenced`, frames that no other refers to may be left out: in a file with
        B-frames, most of the work.
        """
        decoded = self._from_start()
        if only_referenced and not self._is_animation:
            self._stream.codec_context.skip_frame = "NONREF"
        return self._with_durations(decoded)

    def frames_at(self, times: Iterable[Fraction]) -> Iterator[VideoFrame]:
        """The frame on screen at each time, in seconds from the first frame, not decreasing.

        That is the last frame which starts at or before the time (within the container's
        rounding); beyond the end it is the last frame: compare with `VideoFrame.end_seconds`.
        Starts decoding at the key frame before the first time. Raises `InvalidInput` for times
        that decrease or are negative.
        """
        rounding = min(self.time_base, _MAX_ROUNDING_SECONDS)
        source: Iterator[VideoFrame] | None = None
        shown: VideoFrame | None = None
        previous = Fraction(0)
        for time in times:
            if time < previous:
                raise InvalidInput(f"time {float(time)} s comes after {float(previous)} s")
            previous = time
            if source is None:
                source = self._with_durations(self._from_time(time))
            # A frame ends where the next one starts, so none is decoded only to be looked at.
            while shown is None or shown.end_seconds <= time + rounding:
                following = next(source, None)
                if following is None:
                    break
                shown = following
            assert shown is not None
            yield shown

    def _open(self) -> None:
        self._resources = ExitStack()
        if self._is_animation:
            return
        with self._resources.pop_all() as resources:
            self._container = resources.enter_context(open_container(self._path))
            stream = find_video(self._container)
            if stream is None:
                raise InvalidInput("the file holds no video that can be decoded; expected a video")
            # One thread: the pool runs a process per core.
            stream.codec_context.thread_count = 1
            self._stream = stream
            self._resources = resources.pop_all()

    def _read_first(self) -> None:
        if self._is_animation:
            self.frame_rate = read_animation(self._path).frame_rate
            self.time_base = TIME_BASE
        else:
            stream = self._stream
            rate = stream.average_rate or stream.guessed_rate or Fraction(25)
            self.frame_rate = Fraction(rate)
            self.time_base = Fraction(stream.time_base or 1 / self.frame_rate)
        self._frame_ticks = max(1, round(1 / self.frame_rate / self.time_base))
        status = self._path.stat()
        identity = (self._path, status.st_ino, status.st_size, status.st_mtime_ns)
        known = _first_frames.get(identity)
        if known is None or self._must_be_read_from_its_head():
            known = self._find_first()
            if len(_first_frames) >= _MAX_KNOWN_FILES:
                _first_frames.clear()
            _first_frames[identity] = known
        self._first_pts = known.pts
        self._geometry = Geometry(
            known.width, known.height, known.quarter_turns, self._lays_on_black
        )
        self._deinterlaces &= known.is_interlaced

    def _must_be_read_from_its_head(self) -> bool:
        """Whether a seek is only safe after the first frame was decoded.

        Before build 151, x264 wrote 4:4:4 in its own way, and says which build it is in the first
        packet alone; libav decodes the rest as green without having seen it.
        """
        if self._is_animation:
            return False
        context = self._stream.codec_context
        return context.name == "h264" and "444" in (context.pix_fmt or "")

    def _find_first(self) -> _FirstFrame:
        decoded = self._decoded()
        first = next(decoded, None)
        if first is None:
            raise InvalidInput("the video has no frames that can be decoded")
        pts, frame = first
        aspect = None if self._is_animation else self._stream.sample_aspect_ratio
        geometry = Geometry.of(frame, aspect)
        _check_size(geometry)
        self._fresh, self._is_at_start = chain([first], decoded), False
        turns = geometry.quarter_turns
        width, height = geometry.stored_width, geometry.stored_height
        return _FirstFrame(pts, width, height, turns, bool(frame.interlaced_frame))

    def _decoded(self, frames: Iterator[av.VideoFrame] | None = None) -> Iterator[_Decoded]:
        if self._is_animation:
            yield from animation_frames(self._path)
            return
        last: int | None = None
        decoding = self._container.decode(self._stream) if frames is None else frames
        while True:
            with libav_errors("the video cannot be decoded"):
                frame = next(decoding, None)
            if frame is None:
                return
            pts = self._time_of(frame)
            if pts is None:  # without times a stream is constant rate by definition
                pts = 0 if last is None else last + self._frame_ticks
            if last is None or pts > last:
                last = pts
                yield pts, frame

    def _time_of(self, frame: av.VideoFrame) -> int | None:
        # AVI stores no presentation times, and what libav guesses jumps back at B-frames. Decoding
        # times run evenly there, and the delay in them cancels against the first frame's.
        if self._container.format.name == "avi":
            return frame.dts
        return frame.pts if frame.pts is not None else frame.dts

    def _from_start(self) -> Iterator[_Decoded]:
        if self._fresh is None:
            if not self._is_at_start:
                self.close()
                self._open()
            self._is_at_start = False
            if not self._is_animation:
                self._stream.codec_context.skip_frame = "DEFAULT"
            return self._decoded()
        fresh, self._fresh = self._fresh, None
        return fresh

    def _from_time(self, time: Fraction) -> Iterator[_Decoded]:
        # Indexes may point a little late (decoding times, open GOPs), so look further back until
        # a frame at or before the wanted one comes out.
        if self._is_animation or self._container.format.name in _UNSEEKABLE:
            return self._from_start()
        target = self._first_pts + floor(time / self.time_base)
        for back_seconds in (0, 1, 4, 16):
            offset = target - floor(back_seconds / self.time_base)
            if offset <= self._first_pts + self._frame_ticks:
                break
            self._fresh, self._is_at_start = None, False
            try:
                self._container.seek(offset, stream=self._stream)
            except av.FFmpegError:
                break  # no index: decode from the start
            decoded = self._decoded(decode_from(self._container, self._stream, target))
            head = next(decoded, None)
            if head is not None and head[0] <= target:
                return chain([head], decoded)
        return self._from_start()

    def _with_durations(self, decoded: Iterator[_Decoded]) -> Iterator[VideoFrame]:
        if self._deinterlaces:
            decoded = deinterlaced(decoded)
        held = next(decoded, None)
        while held is not None:
            following = next(decoded, None)
            pts, frame = held
            last = frame.duration or self._frame_ticks
            duration = following[0] - pts if following is not None else last
            yield VideoFrame(pts - self._first_pts, duration, self.time_base, frame, self._geometry)
            held = following


def _check_size(geometry: Geometry) -> None:
    width, height = geometry.width, geometry.height
    if min(width, height) < MIN_SIDE_PIXELS or width * height > MAX_FRAME_PIXELS:
        raise InvalidInput(
            f"the video is {width}x{height} pixels; expected sides of at least "
            f"{MIN_SIDE_PIXELS} and at most {MAX_FRAME_PIXELS // 1_000_000} megapixels"
        )
