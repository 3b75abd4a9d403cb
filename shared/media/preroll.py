"""Decoding from a key frame up to a wanted time, without the frames that nothing needs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import av
from av.container import InputContainer
from av.video.stream import VideoStream

# Packets are held until the wanted one is known; no file that needs more is worth it.
_MAX_HELD_PACKETS = 300


def decode_from(
    container: InputContainer, stream: VideoStream, target: int
) -> Iterator[av.VideoFrame]:
    """Decode on from where the container stands, which is a key frame.

    `target` is in ticks of the stream. The frame on screen then, and all after it, come out as
    they always do; of those before it, frames that no other refers to may be left out, which in a
    file with B-frames are most. Raises `av.FFmpegError`.
    """
    packets = container.demux(stream)
    held = []
    for packet in packets:
        held.append(packet)
        if packet.dts is None or packet.dts > target or len(held) == _MAX_HELD_PACKETS:
            break
    wanted = _shown_at(held, target)
    try:
        for packet in chain(held, packets):
            is_early = wanted is not None and packet.pts is not None and packet.pts < wanted
            stream.codec_context.skip_frame = "NONREF" if is_early else "DEFAULT"
            yield from packet.decode()
    finally:
        stream.codec_context.skip_frame = "DEFAULT"


def _shown_at(held: list[av.Packet[VideoStream]], target: int) -> int | None:
    """Time of the last frame at or before `target`; None when the packets cannot tell."""
    last = held[-1].dts if held else None
    if last is None or last <= target:
        return None  # a later packet may hold an earlier picture
    times = [packet.pts for packet in held if packet.pts is not None]
    if len(times) < len(held):
        return None
    return max((time for time in times if time <= target), default=None)
