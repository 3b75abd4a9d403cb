"""Encoding finished frames into a segment that joins any other of its delivery by stream copy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
import numpy as np
from av.codec.context import Flags
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from services.generator.footage.prores import encode_prores
from shared.errors import ModelFailure
from shared.media.color import Planes, Uint8Array
from shared.media.segment import Packet, Segment
from shared.requests import Delivery, Quality

if TYPE_CHECKING:
    from av.video.stream import VideoStream

    EncodedPacket = av.Packet[VideoStream]

_KEY_FRAME_SECONDS = 2
# Packets leave the encoder at most two frames out of order. Saying so for every segment, however
# short, lets their decoding times run on without a gap or an overlap where they are joined.
REORDER_FRAMES = 2
_BT709, _LIMITED_RANGE = 1, 1


@dataclass(frozen=True, slots=True)
class _Preset:
    """How x264 is called; `profile` is the highest it may use.

    `ultrafast` needs nothing of High, so a draft's stream says Constrained Baseline.
    """

    name: str
    crf: str
    profile: str


_PRESETS = {
    Quality.FINAL: _Preset("veryfast", "19", "high"),
    Quality.DRAFT: _Preset("ultrafast", "23", "high"),
}


def encode_segment(frames: Iterable[Planes], delivery: Delivery) -> Segment:
    """Encode frames of the delivery's size: H.264 High, BT.709 limited range, closed GOPs.

    A draft comes out as Constrained Baseline, for its preset turns off what is above that.
    Packets are length-prefixed and `extradata` is the avcC record, as they stand in an MP4; both
    are the same bytes whenever the frames are. A mezzanine is ProRes instead. Raises `ModelFailure`
    if the encoder does not return one packet for each frame.
    """
    if delivery.quality is Quality.MEZZANINE:
        return encode_prores(frames, delivery)
    encoder = _open_encoder(delivery)
    # One for all: x264 has copied a frame when `encode` returns.
    frame = _new_frame(delivery)
    encoded: list[EncodedPacket] = []
    count = 0
    for planes in frames:
        _fill(frame, planes, count)
        encoded += encoder.encode(frame)
        count += 1
    encoded += encoder.encode(None)
    if len(encoded) != count or not encoded[0].is_keyframe:
        raise ModelFailure(f"the encoder returned {len(encoded)} packets for {count} frames")
    return Segment(
        codec="h264",
        time_base=1 / delivery.frame_rate,
        width=delivery.size.width,
        height=delivery.size.height,
        channels=0,
        extradata=bytes(encoder.extradata or b""),
        packets=tuple(_as_packet(packet, index) for index, packet in enumerate(encoded)),
    )


def _open_encoder(delivery: Delivery) -> VideoCodecContext:
    preset = _PRESETS[delivery.quality]
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height = delivery.size.width, delivery.size.height
    encoder.pix_fmt = "yuv420p"
    encoder.time_base = 1 / delivery.frame_rate
    encoder.framerate = delivery.frame_rate
    encoder.color_primaries = encoder.color_trc = encoder.colorspace = _BT709
    encoder.color_range = _LIMITED_RANGE
    encoder.thread_count = 1
    encoder.flags |= Flags.global_header
    key_frames = round(_KEY_FRAME_SECONDS * delivery.frame_rate)
    settings = {
        "keyint": key_frames,
        "open-gop": 0,
        "stitchable": 1,  # parameter sets do not depend on the content
        "force-cfr": 1,
        "annexb": 0,
        "cpu-independent": 1,  # the same bytes with and without AVX-512
        "threads": 1,
        "lookahead-threads": 1,
        "sliced-threads": 0,
    }
    encoder.options = {
        "preset": preset.name,
        "crf": preset.crf,
        "profile": preset.profile,
        "x264-params": ":".join(f"{name}={value}" for name, value in settings.items()),
    }
    encoder.open()
    return encoder


def _new_frame(delivery: Delivery) -> VideoFrame:
    frame = VideoFrame(delivery.size.width, delivery.size.height, "yuv420p")
    frame.time_base = 1 / delivery.frame_rate
    frame.colorspace, frame.color_range = _BT709, _LIMITED_RANGE
    return frame


def _fill(frame: VideoFrame, planes: Planes, index: int) -> None:
    for target, plane in zip(frame.planes, (planes.y, planes.u, planes.v), strict=True):
        rows: Uint8Array = np.frombuffer(memoryview(target), np.uint8)
        rows.reshape(-1, target.line_size)[: target.height, : target.width] = plane
    frame.pts = index


def _as_packet(packet: EncodedPacket, index: int) -> Packet:
    dts = index - REORDER_FRAMES
    if packet.pts is None or packet.pts < dts:
        raise ModelFailure(f"packet {index} has time {packet.pts}; expected at least {dts}")
    return Packet(packet.pts, dts, 1, packet.is_keyframe, bytes(packet))
