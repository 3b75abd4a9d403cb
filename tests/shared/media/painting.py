"""Videos whose frames carry their number as twelve big blocks, so that tests see what is shown."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.stream import VideoStream

from shared.media.color import Planes, Uint8Array
from shared.media.segment import Packet, Segment

ROWS, COLUMNS = 3, 4
DARK, BRIGHT = 60, 190
# Transformation matrices of ISO 14496-12 for turning the stored picture clockwise.
_CLOCKWISE = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


def numbered(number: int, width: int = 160, height: int = 90) -> Uint8Array:
    """Luma uint8 [height, width] that shows a number below 4096."""
    bits = [(number >> bit) & 1 for bit in range(ROWS * COLUMNS)]
    blocks = np.where(np.reshape(bits, (ROWS, COLUMNS)), BRIGHT, DARK).astype(np.uint8)
    rows, columns = np.arange(height) * ROWS // height, np.arange(width) * COLUMNS // width
    return np.asarray(blocks[rows][:, columns], np.uint8)


def read_number(luma: Uint8Array) -> int:
    """The number that a picture shows, from the middle of each block; fails when unclear."""
    height, width = luma.shape
    number = 0
    for bit in range(ROWS * COLUMNS):
        row, column = divmod(bit, COLUMNS)
        y, x = (2 * row + 1) * height // (2 * ROWS), (2 * column + 1) * width // (2 * COLUMNS)
        level = float(luma[y - 3 : y + 3, x - 3 : x + 3].mean())
        assert min(abs(level - DARK), abs(level - BRIGHT)) < 30, f"block {bit} has level {level}"
        number |= (level > (DARK + BRIGHT) / 2) << bit
    return number


def gray_planes(luma: Uint8Array) -> Planes:
    """A colourless picture."""
    half = np.full((luma.shape[0] // 2, luma.shape[1] // 2), 128, np.uint8)
    return Planes(luma, half, half)


def av_frame(planes: Sequence[np.ndarray], pixels: str = "yuv420p") -> av.VideoFrame:
    """A frame of a planar format from its planes; 16-bit arrays for deep formats."""
    height, width = planes[0].shape
    frame = av.VideoFrame(width, height, pixels)
    for target, plane in zip(frame.planes, planes, strict=True):
        rows = np.frombuffer(memoryview(target), np.uint8).reshape(-1, target.line_size)
        data = np.ascontiguousarray(plane).view(np.uint8)
        rows[: data.shape[0], : data.shape[1]] = data
    return frame


def write_video(
    path: Path,
    pictures: Iterable[av.VideoFrame],
    rate: Fraction = Fraction(30),
    *,
    times: Sequence[Fraction] | None = None,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    tags: dict[str, Any] | None = None,
) -> Path:
    """Encode frames at a constant rate, or at `times` (seconds) as variable frame rate."""
    defaults: dict[str, Any] = {"preset": "veryfast", "crf": "12", "g": "12", "bf": "2"}
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        assert isinstance(stream, VideoStream)
        stream.options = defaults if codec == "libx264" and options is None else {**(options or {})}
        stream.codec_context.thread_count = 1
        time_base = Fraction(1, 90_000) if times is not None else 1 / rate
        for index, picture in enumerate(pictures):
            if index == 0:
                stream.width, stream.height = picture.width, picture.height
                stream.pix_fmt = picture.format.name
                stream.codec_context.time_base = time_base
                for name, value in (tags or {}).items():
                    setattr(stream.codec_context, name, value)
            picture.time_base = time_base
            picture.pts = index if times is None else round(times[index] / time_base)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def numbered_video(path: Path, count: int, rate: Fraction = Fraction(30), **how: Any) -> Path:
    """A video that shows 0, 1, 2 ... in its frames."""
    size = how.pop("size", (160, 90))
    pictures = (gray_planes(numbered(index, *size)) for index in range(count))
    frames = (av_frame((p.y, p.u, p.v)) for p in pictures)
    return write_video(path, frames, rate, **how)


def turn_clockwise(path: Path, degrees: int) -> Path:
    """Write into an MP4's track header that players turn its pictures clockwise."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40  # after version, times, track, duration, layer, volume
    a, b, c, d = (value << 16 for value in _CLOCKWISE[degrees])
    data[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    return path


def numbered_segment(count: int, rate: Fraction = Fraction(30)) -> Segment:
    """A segment that shows 0, 1, 2 ..., encoded here and not by the generator."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 160, 90, "yuv420p"
    encoder.time_base, encoder.framerate = 1 / rate, rate
    encoder.options = {"x264-params": "annexb=0:bframes=2", "flags": "+global_header"}
    encoded = []
    for index in range(count):
        picture = gray_planes(numbered(index))
        frame = av_frame((picture.y, picture.u, picture.v))
        frame.pts, frame.time_base = index, 1 / rate
        encoded += encoder.encode(frame)
    encoded += encoder.encode(None)
    packets = tuple(
        Packet(packet.pts or 0, index - 2, 1, packet.is_keyframe, bytes(packet))
        for index, packet in enumerate(encoded)
    )
    extradata = bytes(encoder.extradata or b"")
    return Segment("h264", 1 / rate, 160, 90, 0, extradata, packets)
