"""How far a file's sound lags behind its pictures, by the times that its container gives them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from shared.errors import InvalidInput
from shared.media.container import open_container

# More is not a recording's own delay but a file whose times cannot be trusted.
_MAX_DELAY_SECONDS = 10


def sound_delay_seconds(path: Path) -> Fraction:
    """Seconds from a file's first picture to the first sample that `decode_audio` gives of it.

    Below 0 the sound begins first; 0 for a file without pictures, without sound or without times.
    Raises `InvalidInput` for a file that cannot be read, not naming it.
    """
    try:
        with open_container(path) as container:
            if not container.streams.audio or not container.streams.video:
                return Fraction(0)
            sound = _first_time(container, container.streams.audio[0])
        with open_container(path) as container:
            picture = _first_time(container, container.streams.video[0])
    except av.FFmpegError as error:
        reason = error.strerror or "damaged media"
        raise InvalidInput(f"found {reason}; expected a recording") from error
    if sound is None or picture is None or abs(sound - picture) > _MAX_DELAY_SECONDS:
        return Fraction(0)
    return sound - picture


def _first_time(container: InputContainer, stream: AudioStream | VideoStream) -> Fraction | None:
    """When the first decoded frame of a stream is presented, in seconds."""
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.FFmpegError:
            continue  # damaged at its head: the first whole frame says when it is
        for frame in frames:
            if not isinstance(frame, AudioFrame | VideoFrame):
                continue
            if frame.pts is None or frame.time_base is None:
                return None
            return Fraction(frame.pts * frame.time_base)
    return None
