"""Masters: generated pictures in a file, without loss, that any shot can be cut from.

H.264 with a quantiser of 0 keeps every value, decodes fastest of the lossless codecs in FFmpeg
(half of FFV1's time, in 1.2 times its bytes), and MP4 keeps exact times at any rational rate.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from shared.brief import Size
from shared.errors import ModelFailure
from shared.media.color import Planes, Uint8Array

_BT709, _LIMITED_RANGE = 1, 1
_KEY_FRAME_SECONDS = 2


def write_master(path: Path, frames: Iterable[Planes], size: Size, frame_rate: Fraction) -> int:
    """Write pictures of one size at a constant rate; returns how many.

    They are kept exactly as they are: YUV 4:2:0, BT.709, limited range. Equal pictures give equal
    bytes. Raises `ModelFailure` for a picture of another size, or without any picture.
    """
    return _write(
        path, (_of_planes(planes, size) for planes in frames), size, frame_rate, "yuv420p"
    )


def write_rgb_master(
    path: Path, frames: Iterable[Uint8Array], size: Size, frame_rate: Fraction
) -> int:
    """The same of sRGB pictures, uint8 [H, W, 3], R first, which are kept exactly."""
    return _write(path, (_of_rgb(rgb, size) for rgb in frames), size, frame_rate, "rgb24")


def _write(
    path: Path, frames: Iterable[VideoFrame], size: Size, frame_rate: Fraction, pix_fmt: str
) -> int:
    count = 0
    with av.open(str(path), "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        codec = "libx264" if pix_fmt == "yuv420p" else "libx264rgb"
        stream = container.add_stream(codec, rate=frame_rate)
        assert isinstance(stream, VideoStream)
        context = stream.codec_context
        context.width, context.height = size.width, size.height
        context.pix_fmt = pix_fmt
        context.time_base = 1 / frame_rate
        context.thread_count = 1
        if pix_fmt == "yuv420p":
            context.colorspace = context.color_primaries = context.color_trc = _BT709
            context.color_range = _LIMITED_RANGE
        key_frames = max(1, round(_KEY_FRAME_SECONDS * frame_rate))
        context.options = {
            "preset": "ultrafast",
            "qp": "0",
            "x264-params": f"keyint={key_frames}:threads=1:cpu-independent=1",
        }
        for frame in frames:
            frame.pts, frame.time_base = count, 1 / frame_rate
            container.mux(stream.encode(frame))
            count += 1
        if not count:
            raise ModelFailure("a master of 0 frames; expected at least 1")
        container.mux(stream.encode(None))
    return count


def _of_planes(planes: Planes, size: Size) -> VideoFrame:
    _check(planes.width, planes.height, size)
    frame = VideoFrame(size.width, size.height, "yuv420p")
    frame.colorspace, frame.color_range = _BT709, _LIMITED_RANGE
    for plane, values in zip(frame.planes, (planes.y, planes.u, planes.v), strict=True):
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
        rows[:, : plane.width] = values
    return frame


def _of_rgb(rgb: Uint8Array, size: Size) -> VideoFrame:
    _check(rgb.shape[1], rgb.shape[0], size)
    return VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")


def _check(width: int, height: int, size: Size) -> None:
    if (width, height) != (size.width, size.height):
        raise ModelFailure(f"a picture of {width}x{height} in a master of {size}")
