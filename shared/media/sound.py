"""Encoding sound to AAC packets, once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.codec.context import Flags

from shared.media.segment import Packet, Segment
from shared.sync_map import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from shared.media.audio import Samples

BIT_RATE = 256_000
_BLOCK_SAMPLES = 1024  # one AAC frame; the encoder takes no other size but for the last
_LAYOUTS = {1: "mono", 2: "stereo"}


def encode_aac(
    samples: Samples,
    on_progress: Callable[[float], None] = lambda fraction: None,
    bit_rate: int = BIT_RATE,
) -> Segment:
    """Encode sound as AAC-LC packets whose decoded sample 0 is `samples[0]`.

    `samples` is float32 [num_samples, 1 or 2] at 48 kHz, 1.0 is full scale, not empty. The
    encoder's priming stands before time 0: the first pts is -1024. The durations add up to the
    priming plus exactly `num_samples`, so that a film ends with its last sample. `on_progress`
    is told 0..1 about once a second of sound. Equal samples give equal bytes. Raises
    `ValueError` for another shape.
    """
    num_samples, channels = samples.shape
    if channels not in _LAYOUTS or not num_samples:
        raise ValueError(f"expected [at least 1, 1 or 2] samples, got {samples.shape}")
    context = _open_encoder(_LAYOUTS[channels], bit_rate)
    packets: list[Packet] = []
    for start, frame in _frames(samples, _LAYOUTS[channels]):
        packets.extend(_packet(packet) for packet in context.encode(frame))
        if start % (_BLOCK_SAMPLES * 47) == 0:
            on_progress(start / num_samples)
    packets.extend(_packet(packet) for packet in context.encode(None))
    return Segment(
        codec="aac",
        time_base=Fraction(1, SAMPLE_RATE_HZ),
        width=0,
        height=0,
        channels=channels,
        extradata=bytes(context.extradata or b""),
        packets=tuple(packets),
    )


def decode_aac(segment: Segment) -> Samples:
    """The sound of a segment of `encode_aac`: float32 [num_samples, channels], without priming."""
    context = AudioCodecContext.create("aac", "r")
    context.sample_rate = SAMPLE_RATE_HZ
    context.extradata = segment.extradata
    parts = []
    for held in segment.packets:
        packet = av.Packet(held.data)
        packet.pts, packet.dts = held.pts, held.dts
        parts += [frame.to_ndarray() for frame in context.decode(packet)]
    parts += [frame.to_ndarray() for frame in context.decode(None)]
    samples = np.concatenate(parts, axis=1).T
    length = sum(held.duration for held in segment.packets) - _BLOCK_SAMPLES
    return np.ascontiguousarray(samples[_BLOCK_SAMPLES : _BLOCK_SAMPLES + length], np.float32)


def _open_encoder(layout: str, bit_rate: int) -> AudioCodecContext:
    context = AudioCodecContext.create("aac", "w")
    context.sample_rate = SAMPLE_RATE_HZ
    context.time_base = Fraction(1, SAMPLE_RATE_HZ)
    context.layout = layout
    context.format = "fltp"
    context.bit_rate = bit_rate
    # At this rate there are bits for the sound itself; noise in its place measures 1 dB worse.
    context.options = {"aac_pns": "0"}
    # Without it the first packet names the encoder's version.
    context.flags |= Flags.bitexact
    context.open()
    return context


def _frames(samples: Samples, layout: str) -> Iterator[tuple[int, av.AudioFrame]]:
    for start in range(0, len(samples), _BLOCK_SAMPLES):
        planar = np.ascontiguousarray(samples[start : start + _BLOCK_SAMPLES].T, dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(planar, format="fltp", layout=layout)
        frame.sample_rate = SAMPLE_RATE_HZ
        frame.time_base = Fraction(1, SAMPLE_RATE_HZ)
        # A frame without a time would lose the priming, and every film would be late by it.
        frame.pts = start
        yield start, frame


def _packet(packet: av.Packet[Any]) -> Packet:
    if packet.pts is None or packet.dts is None or not packet.duration:
        raise ValueError("the encoder gave a packet without a time")
    return Packet(packet.pts, packet.dts, packet.duration, packet.is_keyframe, bytes(packet))
