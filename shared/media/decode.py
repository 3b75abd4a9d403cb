"""Decoding segments, and a fingerprint of what comes out."""

from __future__ import annotations

from collections.abc import Iterator

import av
import xxhash
from av.codec.context import CodecContext
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from shared.errors import InvalidInput
from shared.media.color import Planes
from shared.media.frame import frame_planes
from shared.media.segment import Segment
from shared.media.video import libav_errors


def frame_hash(planes: Planes) -> str:
    """XXH3-64 (16 hex digits) of a picture: its tightly packed Y, U and V samples, in that order.

    Equal hashes mean equal pictures, up to collisions that nobody made on purpose.
    """
    state = xxhash.xxh3_64()
    for plane in (planes.y, planes.u, planes.v):
        state.update(plane.tobytes())
    return state.hexdigest()


def decode_segment(segment: Segment) -> Iterator[Planes]:
    """Every frame of a video segment in presentation order, from its packets alone.

    Raises `InvalidInput` if it is no video, is damaged, or does not give one frame a packet, at
    the times that the packets say.
    """
    if segment.codec != "h264":
        raise InvalidInput(f"a segment of {segment.codec} holds no pictures; expected h264")
    expected = sorted(packet.pts for packet in segment.packets)
    index = 0
    with libav_errors("the segment cannot be decoded"):
        for frame in _decode(segment):
            if index >= len(expected) or frame.pts != expected[index]:
                raise InvalidInput(f"frame {index} of the segment has time {frame.pts}")
            index += 1
            yield frame_planes(frame)
    if index != len(expected):
        raise InvalidInput(f"the segment gives {index} frames; expected {len(expected)}")


def _decode(segment: Segment) -> Iterator[VideoFrame]:
    decoder = CodecContext.create("h264", "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.extradata = segment.extradata
    decoder.thread_count = 1
    for packet in segment.packets:
        encoded = av.Packet(packet.data)
        encoded.time_base = segment.time_base
        encoded.pts, encoded.dts = packet.pts, packet.dts
        yield from decoder.decode(encoded)
    yield from decoder.decode(None)
