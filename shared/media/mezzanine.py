"""Writing ProRes segments and a soundtrack into one QuickTime file, for other programs."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from shared.errors import ModelFailure
from shared.media.audio import Samples
from shared.media.segment import Packet, Segment

_RATE_HZ = 48_000
_BLOCK = _RATE_HZ // 10
_FULL_SCALE = (1 << 31) - 1


def mux_mezzanine(
    path: Path, segments: Iterable[Segment], sound: Samples | None, frame_rate: Fraction
) -> int:
    """Write a MOV of ProRes segments end to end; returns how many frames it has.

    Frame k is shown at exactly k / `frame_rate`. `sound` is float32 [num_samples, 2] at 48 kHz,
    written as PCM of 24 bits. Raises `ModelFailure` for segments of another codec or size.
    """
    remaining = iter(segments)
    first = next(remaining, None)
    if first is None:
        raise ModelFailure("a film needs at least one segment; got none")
    options = {"fflags": "+bitexact", "movflags": "+faststart"}
    try:
        with av.open(str(path), "w", format="mov", options=options) as container:
            video = _add_video(container, first, frame_rate)
            audio = _add_audio(container) if sound is not None else None
            return _write(container, video, audio, chain([first], remaining), sound)
    except (av.FFmpegError, ValueError) as error:
        raise ModelFailure(f"the mezzanine cannot be written: {error}") from error


def _add_video(container: OutputContainer, first: Segment, rate: Fraction) -> VideoStream:
    stream = container.add_stream("prores", rate=rate)
    stream.width, stream.height, stream.pix_fmt = first.width, first.height, "yuv422p10le"
    stream.time_base = 1 / rate
    context = stream.codec_context
    context.time_base = 1 / rate
    context.options = {"profile": "3"}
    context.color_primaries = context.color_trc = context.colorspace = 1
    context.color_range = 1
    return stream


def _add_audio(container: OutputContainer) -> AudioStream:
    stream = container.add_stream("pcm_s24le", rate=_RATE_HZ, layout="stereo")
    stream.codec_context.format = "s32"
    return stream


def _write(
    container: OutputContainer,
    video: VideoStream,
    audio: AudioStream | None,
    segments: Iterable[Segment],
    sound: Samples | None,
) -> int:
    rate = Fraction(video.codec_context.framerate or 0)
    count = written = 0
    size: tuple[int, int] | None = None
    for segment in segments:
        size = size or (segment.width, segment.height)
        if segment.codec != "prores" or (segment.width, segment.height) != size:
            raise ModelFailure(
                f"a segment of {segment.codec}, {segment.width}x{segment.height}, does not join; "
                f"expected prores of {size[0]}x{size[1]}"
            )
        for packet in segment.packets:
            container.mux_one(_wrapped(packet, count, video, rate))
            count += 1
            until = round(count / rate * _RATE_HZ)
            # Sound goes with its pictures, so that a player need not seek.
            while audio is not None and sound is not None and written < min(until, len(sound)):
                written += _write_block(container, audio, sound, written)
    if audio is not None:
        container.mux(audio.encode(None))
    return count


def _wrapped(packet: Packet, index: int, stream: VideoStream, rate: Fraction) -> av.Packet[Any]:
    wrapped: av.Packet[Any] = av.Packet(packet.data)
    wrapped.stream = stream
    wrapped.time_base = 1 / rate
    wrapped.pts = wrapped.dts = index
    wrapped.duration = 1
    wrapped.is_keyframe = True
    return wrapped


def _write_block(container: OutputContainer, audio: AudioStream, sound: Samples, start: int) -> int:
    part = np.clip(sound[start : start + _BLOCK].astype(np.float64), -1, 1)
    whole = np.rint(part * _FULL_SCALE).astype(np.int32).reshape(1, -1)
    frame = AudioFrame.from_ndarray(whole, format="s32", layout="stereo")
    frame.sample_rate, frame.pts = _RATE_HZ, start
    frame.time_base = Fraction(1, _RATE_HZ)
    container.mux(audio.encode(frame))
    return len(part)
