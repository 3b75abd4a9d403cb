"""One decoded video frame, converted only when somebody asks for its pixels."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypedDict

import av
import numpy as np
from av.video.reformatter import (
    ColorRange,
    Colorspace,
    Interpolation,
    VideoReformatter,
)

from shared.errors import InvalidInput
from shared.media.alpha import has_alpha, on_black
from shared.media.color import Planes, Uint8Array
from shared.media.hdr import SdrMapper, is_hdr

# Without accurate rounding swscale is up to two levels dark.
_ACCURATE = Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
_FULL_SIZE = int(Interpolation.BICUBIC | _ACCURATE)
_SMALL = int(Interpolation.AREA | _ACCURATE)
_FIRST_HD_LINE_COUNT = 720
# AVColorSpace of a frame to the matrix that swscale knows it by.
_MATRICES = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """How stored frames become upright: square-pixel size as stored, then quarter turns.

    `stored_width`, `stored_height` are in square pixels; `quarter_turns` counts turns of 90
    degrees counter-clockwise. `lays_on_black` says what becomes of transparency. The converters are
    kept because setting one up is slow.
    """

    stored_width: int
    stored_height: int
    quarter_turns: int
    lays_on_black: bool = False
    full_size: VideoReformatter = field(default_factory=VideoReformatter)
    small: VideoReformatter = field(default_factory=VideoReformatter)
    sdr: SdrMapper = field(default_factory=SdrMapper)

    @classmethod
    def of(cls, frame: av.VideoFrame, pixel_aspect: Fraction | None) -> Geometry:
        """The geometry of a file, from its first frame and the aspect ratio of its pixels."""
        width, height = frame.width, frame.height
        aspect = pixel_aspect or Fraction(1)
        if aspect > 1:  # never scaled down: no pixels are lost
            width = round(width * aspect)
        elif 0 < aspect < 1:
            height = round(height / aspect)
        return cls(width, height, round(frame.rotation / 90) % 4)

    @property
    def width(self) -> int:
        """Upright width in pixels, even."""
        return (self.stored_height if self.quarter_turns % 2 else self.stored_width) // 2 * 2

    @property
    def height(self) -> int:
        """Upright height in pixels, even."""
        return (self.stored_width if self.quarter_turns % 2 else self.stored_height) // 2 * 2


class _Source(TypedDict, total=False):
    src_colorspace: int
    src_color_range: int


def _source_of(frame: av.VideoFrame) -> _Source:
    source = _Source()
    if not frame.format.is_rgb and not frame.format.has_palette:
        unmarked = Colorspace.ITU601 if frame.height < _FIRST_HD_LINE_COUNT else Colorspace.ITU709
        is_full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
        source["src_colorspace"] = _MATRICES.get(frame.colorspace, unmarked)
        source["src_color_range"] = ColorRange.JPEG if is_full else ColorRange.MPEG
    return source


@dataclass(frozen=True, slots=True, eq=False)
class VideoFrame:
    """A frame on screen from `pts` for `duration`, in ticks of `time_base` from the first frame.

    The last frame's duration is what the container says, else one frame of the average rate.
    """

    pts: int
    duration: int
    time_base: Fraction
    _frame: av.VideoFrame
    _geometry: Geometry

    @property
    def seconds(self) -> Fraction:
        """Exact start, in seconds from the first frame."""
        return self.pts * self.time_base

    @property
    def end_seconds(self) -> Fraction:
        """Exact end, in seconds from the first frame."""
        return (self.pts + self.duration) * self.time_base

    def planes(self) -> Planes:
        """The whole frame upright, BT.709 limited range; an odd last row or column is left out.

        Raises `InvalidInput` for a pixel format that cannot be converted.
        """
        geometry = self._geometry
        size = (geometry.stored_width, geometry.stored_height)
        stored = frame_planes(self._converted(geometry.full_size, "yuv420p", size, _FULL_SIZE))
        return Planes(*(self._upright(plane) for plane in (stored.y, stored.u, stored.v)))

    def gray(self, width: int, height: int) -> Uint8Array:
        """The source's own luma at an upright size: uint8 [height, width], full range 0..255."""
        frame = self._converted(self._geometry.small, "gray", self._stored(width, height), _SMALL)
        return self._upright(_plane(frame, 0))

    def rgb(self, width: int, height: int) -> Uint8Array:
        """The picture at an upright size: uint8 [height, width, 3], R first, 0..255."""
        frame = self._converted(self._geometry.small, "rgb24", self._stored(width, height), _SMALL)
        flat = _plane(frame, 0)
        return self._upright(flat.reshape(frame.height, frame.width, 3))

    def _stored(self, width: int, height: int) -> tuple[int, int]:
        return (height, width) if self._geometry.quarter_turns % 2 else (width, height)

    def _converted(
        self, converter: VideoReformatter, pixels: str, size: tuple[int, int], how: int
    ) -> av.VideoFrame:
        try:
            frame = self._frame
            if is_hdr(frame):
                # At the size that is wanted: mapping costs more than scaling.
                deep = converter.reformat(frame, *size, interpolation=how, threads=1)
                frame = self._geometry.sdr.map(deep)
            elif self._geometry.lays_on_black and has_alpha(frame):
                frame = on_black(frame, converter)
            source = _source_of(frame)
            matrix = Colorspace.ITU709
            if pixels == "gray" and "src_colorspace" in source:
                # swscale's gray is BT.601 luma; called BT.601 on both sides, luma stays as it is.
                matrix = source["src_colorspace"] = Colorspace.ITU601
            return converter.reformat(
                frame,
                *size,
                format=pixels,
                dst_colorspace=matrix,
                dst_color_range=ColorRange.MPEG if pixels == "yuv420p" else ColorRange.JPEG,
                interpolation=how,
                threads=1,
                **source,
            )
        except (av.FFmpegError, ValueError) as error:
            name = self._frame.format.name
            raise InvalidInput(f"frames of pixel format {name} cannot be converted") from error

    def _upright(self, plane: Uint8Array) -> Uint8Array:
        turns = self._geometry.quarter_turns
        return np.ascontiguousarray(np.rot90(plane, turns)) if turns else plane


def frame_planes(frame: av.VideoFrame) -> Planes:
    """The samples of a decoded yuv420p frame as they are, as views; odd edges are left out."""
    width, height = frame.width // 2, frame.height // 2
    y = _plane(frame, 0)[: 2 * height, : 2 * width]
    return Planes(y, _plane(frame, 1)[:height, :width], _plane(frame, 2)[:height, :width])


def _plane(frame: av.VideoFrame, index: int) -> Uint8Array:
    plane = frame.planes[index]
    # The view keeps the plane, and with it the frame's memory, alive.
    flat: Uint8Array = np.frombuffer(memoryview(plane), np.uint8)
    rows = flat[: plane.line_size * plane.height].reshape(plane.height, plane.line_size)
    return rows[:, : plane.width * (3 if frame.format.name == "rgb24" else 1)]
