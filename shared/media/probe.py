"""What a media file is, by its content: the first thing that happens to an upload.

Nothing is believed that was not opened: photos are decoded, a video's first frame is decoded and
its packets are read to the end, audio is decoded whole. Names and extensions say nothing.
GIF, WebP, PNG and AVIF with more than one frame are video without sound.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.media.animation import is_animated, read_animation
from shared.media.container import (
    Extent,
    find_audio,
    find_container_promise_seconds,
    find_promised_seconds,
    find_video,
    format_name,
    is_short,
    open_container,
)
from shared.media.declared_length import declared_seconds
from shared.media.formats import ACCEPTED
from shared.media.frame import Geometry
from shared.media.limits import (
    MAX_FRAME_RATE,
    MAX_MEDIA_SECONDS,
    MAX_VIDEO_PIXELS,
    MAX_VIDEO_SIDE_PIXELS,
    MIN_SIDE_PIXELS,
)
from shared.media.log_curve import find_log_curve
from shared.media.probe_photo import probe_photo
from shared.observation import MediaInfo

_MAX_DAMAGED_PART = Fraction(1, 10)


def probe(path: Path) -> MediaInfo:
    """Open a file and say what it is.

    Raises `InvalidInput`, with a message that says what was found and what is accepted but does
    not name the file, for whatever cannot be used: nothing or text in it, no picture or sound
    that decodes, truncated, sides of a photo outside 32 to 16384 pixels or more than 100
    megapixels, sides of a video outside 32 to 8192 pixels or more than 36 megapixels, more than
    6 hours.
    """
    photo = probe_photo(path)
    if photo is not None:
        return _animated(path, photo) if is_animated(path) else photo
    with open_container(path) as container:
        _refuse_long((container.duration or 0) / av.time_base)
        video, audio = find_video(container), find_audio(container)
        if video is not None:
            return _probe_video(
                container, video, audio, find_promised_seconds(container, video, path)
            )
        if audio is not None:
            return _probe_audio(container, audio, declared_seconds(path, container, audio))
        streams = ", ".join(sorted({s.type for s in container.streams})) or "none"
        raise InvalidInput(
            f"found {format_name(container)} with neither picture nor sound that can be decoded "
            f"(streams: {streams}); expected {ACCEPTED}"
        )


def _animated(path: Path, photo: MediaInfo) -> MediaInfo:
    """A picture with more than one frame is a clip without sound."""
    _upright_size_fits(photo.width or 0, photo.height or 0)
    found = read_animation(path)
    return replace(
        photo, kind=MediaKind.VIDEO, frame_rate=found.frame_rate, duration_seconds=found.seconds
    )


def _probe_video(
    container: InputContainer,
    video: VideoStream,
    audio: AudioStream | None,
    promised_seconds: float | None,
) -> MediaInfo:
    frame, pictures, sound = _read_packets(container, video, audio)
    codec = video.codec_context.codec.canonical_name
    if frame is None:
        raise InvalidInput(
            f"found {format_name(container)} with {codec} video of which no frame can be "
            "decoded; expected a video that plays"
        )
    name = format_name(container)
    _refuse_short("video", pictures.kept_of(name), promised_seconds)
    if promised_seconds is None:
        streams = 1 if audio is None else 2
        promised_seconds = find_container_promise_seconds(container, streams)
        _refuse_short("media", pictures.union(sound).kept_of(name), promised_seconds)
    _refuse_long(pictures.seconds)
    width, height = _upright_size(frame, video.sample_aspect_ratio)
    rate = video.average_rate
    info = MediaInfo(
        kind=MediaKind.VIDEO,
        format=format_name(container),
        codec=codec,
        width=width,
        height=height,
        frame_rate=rate if rate is not None and 0 < rate <= MAX_FRAME_RATE else None,
        duration_seconds=pictures.seconds,
        audio_codec=None,
        audio_sample_rate_hz=None,
        audio_channels=None,
        audio_duration_seconds=None,
        log_curve=find_log_curve(video, frame, container.metadata),
    )
    # A stream of sound without a packet is a stream in name only.
    return info if audio is None or sound.start is None else _with_audio(info, audio, sound.seconds)


def _read_packets(
    container: InputContainer, video: VideoStream, audio: AudioStream | None
) -> tuple[VideoFrame | None, Extent, Extent]:
    """The first frame that decodes, and how far pictures and sound reach."""
    frame, pictures, sound = None, Extent(), Extent()
    streams = [video] if audio is None else [video, audio]
    try:
        for packet in container.demux(*streams):
            if packet.stream_index == video.index:
                pictures = pictures.with_packet(packet)
                frame = frame or _decode_one(packet)
            else:
                sound = sound.with_packet(packet)
    except (av.FFmpegError, ValueError):
        pass  # What could be read is then compared with what was promised.
    return frame, pictures, sound


def _decode_one(packet: Packet[Any]) -> VideoFrame | None:
    try:
        frames = packet.decode()
    except (av.FFmpegError, ValueError):
        return None  # A stream may begin in the middle of a group of pictures.
    return next((frame for frame in frames if isinstance(frame, VideoFrame)), None)


def _probe_audio(
    container: InputContainer, audio: AudioStream, promised_seconds: float | None
) -> MediaInfo:
    samples = packets = damaged = 0
    codec, rate_hz = audio.codec_context.codec.canonical_name, audio.codec_context.sample_rate
    try:
        for packet in container.demux(audio):
            packets += 1
            try:
                samples += sum(frame.samples for frame in packet.decode())
            except (av.FFmpegError, ValueError):
                damaged += 1
            if samples > MAX_MEDIA_SECONDS * max(rate_hz, 1):
                break
    except (av.FFmpegError, ValueError):
        damaged += 1
    # Random bytes now and then look like the header of an MP3, and some of them even decode.
    if not samples or not rate_hz or damaged > _MAX_DAMAGED_PART * packets:
        raise InvalidInput(
            f"found {format_name(container)} with {codec} audio of which {damaged} of {packets} "
            f"packets cannot be decoded; expected {ACCEPTED}"
        )
    seconds = samples / rate_hz
    _refuse_short("audio", seconds, promised_seconds)
    _refuse_long(seconds)
    info = MediaInfo(
        kind=MediaKind.AUDIO,
        format=format_name(container),
        codec=codec,
        width=None,
        height=None,
        frame_rate=None,
        duration_seconds=seconds,
        audio_codec=None,
        audio_sample_rate_hz=None,
        audio_channels=None,
        audio_duration_seconds=None,
    )
    return _with_audio(info, audio, seconds)


def _with_audio(info: MediaInfo, audio: AudioStream, seconds: float) -> MediaInfo:
    return replace(
        info,
        audio_codec=audio.codec_context.codec.canonical_name,
        audio_sample_rate_hz=audio.codec_context.sample_rate,
        audio_channels=audio.codec_context.channels,
        audio_duration_seconds=seconds,
    )


def _upright_size(frame: VideoFrame, pixel_aspect: Fraction | None) -> tuple[int, int]:
    geometry = Geometry.of(frame, pixel_aspect)
    return _upright_size_fits(geometry.width, geometry.height)


def _upright_size_fits(width: int, height: int) -> tuple[int, int]:
    size = (width, height)
    is_large = max(size) > MAX_VIDEO_SIDE_PIXELS or size[0] * size[1] > MAX_VIDEO_PIXELS
    if min(size) < MIN_SIDE_PIXELS or is_large:
        raise InvalidInput(
            f"found a video of {size[0]}x{size[1]} pixels; expected "
            f"{MIN_SIDE_PIXELS} to {MAX_VIDEO_SIDE_PIXELS} a side and at most "
            f"{MAX_VIDEO_PIXELS // 1_000_000} megapixels"
        )
    return size


def _refuse_short(what: str, seconds: float, promised_seconds: float | None) -> None:
    if is_short(seconds, promised_seconds):
        raise InvalidInput(
            f"truncated: {seconds:.2f} s of {what} are there, {promised_seconds:.2f} s are "
            "promised; expected a whole file"
        )


def _refuse_long(seconds: float) -> None:
    if seconds > MAX_MEDIA_SECONDS:
        raise InvalidInput(
            f"found {seconds / 3600:.1f} hours; expected at most {MAX_MEDIA_SECONDS // 3600}"
        )
