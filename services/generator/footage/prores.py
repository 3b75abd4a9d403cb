"""Encoding finished frames as ProRes: every frame stands alone, for work in other programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from shared.errors import ModelFailure
from shared.media.color import Planes, Uint8Array
from shared.media.segment import Packet, Segment

if TYPE_CHECKING:
    from shared.requests import Delivery

# libavcodec's `prores` takes half the time of `prores_ks`; 3 is 422 HQ.
_ENCODER, _HIGH_QUALITY = "prores", 3
_BT709, _LIMITED_RANGE = 1, 1


def encode_prores(frames: Iterable[Planes], delivery: Delivery) -> Segment:
    """Encode frames of the delivery's size: Apple ProRes 422 HQ, 10 bit, BT.709 limited range.

    Levels are the planes' own times four; chroma lines are doubled, so 4:2:0 comes back unchanged.
    Raises `ModelFailure` if the encoder does not return one packet for each frame.
    """
    encoder = _open(delivery)
    packets: list[Packet] = []
    count = 0
    for planes in frames:
        for packet in encoder.encode(_frame(planes, delivery, count)):
            packets.append(Packet(len(packets), len(packets), 1, True, bytes(packet)))
        count += 1
    for packet in encoder.encode(None):
        packets.append(Packet(len(packets), len(packets), 1, True, bytes(packet)))
    if len(packets) != count or not count:
        raise ModelFailure(f"the encoder returned {len(packets)} packets for {count} frames")
    return Segment(
        codec="prores",
        time_base=1 / delivery.frame_rate,
        width=delivery.size.width,
        height=delivery.size.height,
        channels=0,
        extradata=b"",
        packets=tuple(packets),
    )


def _open(delivery: Delivery) -> VideoCodecContext:
    encoder = av.CodecContext.create(_ENCODER, "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.width, encoder.height = delivery.size.width, delivery.size.height
    encoder.pix_fmt = "yuv422p10le"
    encoder.time_base = 1 / delivery.frame_rate
    encoder.framerate = delivery.frame_rate
    encoder.color_primaries = encoder.color_trc = encoder.colorspace = _BT709
    encoder.color_range = _LIMITED_RANGE
    encoder.thread_count = 1
    encoder.options = {"profile": str(_HIGH_QUALITY), "flags": "+bitexact"}
    encoder.open()
    return encoder


def _frame(planes: Planes, delivery: Delivery, index: int) -> VideoFrame:
    frame = VideoFrame(delivery.size.width, delivery.size.height, "yuv422p10le")
    frame.pts, frame.time_base = index, 1 / delivery.frame_rate
    frame.colorspace, frame.color_range = _BT709, _LIMITED_RANGE
    full = (planes.y, np.repeat(planes.u, 2, axis=0), np.repeat(planes.v, 2, axis=0))
    for target, plane in zip(frame.planes, full, strict=True):
        _fill(target, plane)
    return frame


def _fill(target: av.video.plane.VideoPlane, plane: Uint8Array) -> None:
    rows = np.frombuffer(memoryview(target), np.uint16)
    rows = rows.reshape(-1, target.line_size // 2)[: target.height, : target.width]
    rows[:] = plane.astype(np.uint16) << 2
