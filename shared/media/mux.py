"""Writing segments into one MP4 by stream copy: the bytes of their packets are not touched."""

from __future__ import annotations

import heapq
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from math import lcm
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.stream import Stream
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from shared.errors import ModelFailure
from shared.media.segment import Segment
from shared.timing import round_half_up

# libavformat doubles a track's timescale until it reaches this; some players want fine ticks.
_MIN_TIMESCALE = 10_000
_MAX_TIMESCALE = (1 << 31) - 1
_SOUND_TIMESCALE = 48_000
_START_CODE = b"\0\0\0\1"
_ADTS_HEADER_BYTES = 7


@dataclass(frozen=True, slots=True)
class _Timed:
    """A packet with its exact decoding time in the film; pictures go before sound."""

    order: tuple[Fraction, int]
    packet: av.Packet[Any]

    def __lt__(self, other: _Timed) -> bool:
        return self.order < other.order


def mux_film(
    path: Path,
    segments: Iterable[Segment],
    soundtrack: Segment | None,
    frame_rate: Fraction,
    frame_count: int,
) -> None:
    """Write an MP4 of the segments end to end over the soundtrack, index first.

    `segments` are H.264 of one size with one `extradata` (an avcC record) and length-prefixed
    packets, `frame_count` pictures together; they are consumed one by one. Frame k is shown at
    exactly k / `frame_rate`, its packet's bytes are the segment's. The soundtrack is AAC; what
    lasts beyond the last frame is left out. Colours are tagged BT.709, limited range. Nothing
    but the input decides the bytes. Raises `ModelFailure` for packets that do not fit.
    """
    remaining = iter(segments)
    first = next(remaining, None)
    if first is None:
        raise ModelFailure("a film needs at least one segment; got none")
    options = {
        "movflags": "+faststart",
        "fflags": "+bitexact",
        "movie_timescale": str(_movie_timescale(frame_rate)),
    }
    try:
        # Faststart opens the file a second time, so this cannot be a stream in memory.
        with av.open(str(path), "w", format="mp4", options=options) as container:
            video = _add_video(container, first, frame_rate)
            tracks = [_video_packets(chain([first], remaining), video, frame_rate)]
            if soundtrack is not None:
                audio = _add_audio(container, soundtrack)
                end = round_half_up(frame_count / frame_rate / soundtrack.time_base)
                tracks.append(_audio_packets(soundtrack, audio, end))
            for timed in heapq.merge(*tracks):
                container.mux_one(timed.packet)
    except (av.FFmpegError, ValueError) as error:
        raise ModelFailure(f"the film cannot be written: {error}") from error


def _movie_timescale(frame_rate: Fraction) -> int:
    # Edit lists count in it: a multiple of both tracks' scales makes both lengths exact, where
    # the usual 1000 rounds to milliseconds.
    scale = frame_rate.numerator
    while scale < _MIN_TIMESCALE:
        scale *= 2
    exact = lcm(scale, _SOUND_TIMESCALE)
    return exact if exact <= _MAX_TIMESCALE else _SOUND_TIMESCALE


def _add_video(container: OutputContainer, first: Segment, frame_rate: Fraction) -> VideoStream:
    # PyAV copies a stream only from another one: read the first picture as a raw stream.
    sample = _parameter_sets(first.extradata) + _with_start_codes(first.packets[0].data)
    with av.open(io.BytesIO(sample), format="h264") as source:
        stream = container.add_stream_from_template(source.streams.video[0], opaque=True)
    stream.time_base = Fraction(1, frame_rate.numerator)
    context = stream.codec_context
    context.extradata = first.extradata
    context.color_primaries = ColorPrimaries.BT709
    context.color_trc = ColorTrc.BT709
    context.colorspace = Colorspace.ITU709
    context.color_range = ColorRange.MPEG
    return stream


def _add_audio(container: OutputContainer, soundtrack: Segment) -> AudioStream:
    data = soundtrack.packets[0].data
    sample = _adts_header(soundtrack.extradata, len(data)) + data
    with av.open(io.BytesIO(sample), format="aac") as source:
        stream = container.add_stream_from_template(source.streams.audio[0], opaque=True)
    stream.time_base = soundtrack.time_base
    stream.codec_context.extradata = soundtrack.extradata
    return stream


def _video_packets(
    segments: Iterable[Segment], stream: Stream, frame_rate: Fraction
) -> Iterator[_Timed]:
    ticks, tick = frame_rate.denominator, Fraction(1, frame_rate.numerator)
    start = 0
    for segment in segments:
        for packet in segment.packets:
            dts = start + packet.dts
            wrapped = _wrap(packet.data, stream, tick, packet.is_key)
            wrapped.pts, wrapped.dts = (start + packet.pts) * ticks, dts * ticks
            wrapped.duration = ticks
            yield _Timed((dts / frame_rate, 0), wrapped)
        start += len(segment.packets)


def _audio_packets(soundtrack: Segment, stream: Stream, end: int) -> Iterator[_Timed]:
    for packet in soundtrack.packets:
        if packet.pts >= end:
            return
        wrapped = _wrap(packet.data, stream, soundtrack.time_base, True)
        wrapped.pts, wrapped.dts = packet.pts, packet.dts
        wrapped.duration = min(packet.duration, end - packet.pts)
        yield _Timed((packet.dts * soundtrack.time_base, 1), wrapped)


def _wrap(data: bytes, stream: Stream, tick_seconds: Fraction, is_key: bool) -> av.Packet[Any]:
    packet = av.Packet(data)
    packet.stream = stream
    # Not the stream's own tick: that becomes finer when the header is written.
    packet.time_base = tick_seconds
    packet.is_keyframe = is_key
    return packet


def _parameter_sets(record: bytes) -> bytes:
    """The parameter sets of an avcC record, each after a start code."""
    sets, offset = b"", 5
    for count_mask in (0x1F, 0xFF):
        count, offset = record[offset] & count_mask, offset + 1
        for _ in range(count):
            end = offset + 2 + int.from_bytes(record[offset : offset + 2], "big")
            sets += _START_CODE + record[offset + 2 : end]
            offset = end
    return sets


def _with_start_codes(data: bytes) -> bytes:
    units, offset = b"", 0
    while offset < len(data):
        end = offset + 4 + int.from_bytes(data[offset : offset + 4], "big")
        units += _START_CODE + data[offset + 4 : end]
        offset = end
    return units


def _adts_header(config: bytes, data_bytes: int) -> bytes:
    """The ADTS header that says what an AudioSpecificConfig says, for one frame of data."""
    bits = int.from_bytes(config[:2], "big")
    profile, rate_index, channels = (bits >> 11) - 1, bits >> 7 & 15, bits >> 3 & 15
    length = data_bytes + _ADTS_HEADER_BYTES
    header = 0xFFF1 << 40 | profile << 38 | rate_index << 34 | channels << 30
    return (header | length << 13 | 0x7FF << 2).to_bytes(_ADTS_HEADER_BYTES, "big")
