"""The sound of a part of a clip, by the clip's own time: 0 is its first picture."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from shared.errors import InvalidInput
from shared.media.container import open_container
from shared.media.formats import ACCEPTED_SOUND
from shared.media.sound_delay import sound_delay_seconds
from shared.sync_map import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from av.container import InputContainer

    from shared.media.audio import Samples

# A codec needs some packets before it is in swing; what they give is thrown away.
_PREROLL_SECONDS = Fraction(1, 2)
# Frames whose times are this far from where the last one ended are placed anew.
_MAX_JITTER_SAMPLES = SAMPLE_RATE_HZ // 50


def decode_clip_sound(path: Path, start_seconds: Fraction, num_samples: int) -> Samples:
    """Decode a window of the first audio stream of a clip: float32 [num_samples, 2] at 48 kHz.

    Its sample 0 is heard `start_seconds` after the clip's first picture is shown (below 0 before
    it). Where the clip has no sound, it is silent; damaged packets are silent too. Only the part
    that is asked for is decoded. Raises `InvalidInput`, not naming the file, for one that cannot
    be read or has no audio stream.
    """
    window = np.zeros((num_samples, 2), np.float32)
    first_wanted = start_seconds - sound_delay_seconds(path)
    try:
        with open_container(path) as container:
            if not container.streams.audio:
                raise InvalidInput("has no sound; expected an audio stream")
            _fill(window, container, first_wanted)
    except av.FFmpegError as error:
        reason = error.strerror or "damaged sound"
        raise InvalidInput(f"found {reason}; expected {ACCEPTED_SOUND}") from error
    return window


def _fill(window: Samples, container: InputContainer, first_wanted: Fraction) -> None:
    """Write what is heard from `first_wanted` seconds after the sound's own start."""
    stream = container.streams.audio[0]
    start = _start(container)
    if start is None:
        return
    target = start + first_wanted - _PREROLL_SECONDS
    if target > start and stream.time_base:
        container.seek(int(target / stream.time_base), stream=stream)
    else:
        container.seek(0)
    resampler, at, expected = AudioResampler("fltp", "stereo", SAMPLE_RATE_HZ), None, Fraction(0)
    for frame in _frames(container):
        seconds = _time(frame)
        if seconds is None:
            continue
        place = float((seconds - start - first_wanted) * SAMPLE_RATE_HZ)
        if at is None or abs(float((seconds - expected) * SAMPLE_RATE_HZ)) > _MAX_JITTER_SAMPLES:
            if at is not None:
                at = _put(window, at, resampler.resample(None))
            resampler, at = AudioResampler("fltp", "stereo", SAMPLE_RATE_HZ), round(place)
        expected = seconds + Fraction(frame.samples, frame.sample_rate)
        frame.pts = None
        at = _put(window, at, resampler.resample(frame))
        if at >= len(window):
            return
    if at is not None:
        _put(window, at, resampler.resample(None))


def _start(container: InputContainer) -> Fraction | None:
    """When the stream's first decoded sample is heard, in the container's seconds."""
    for frame in _frames(container):
        if (seconds := _time(frame)) is not None:
            return seconds
    return None


def _frames(container: InputContainer) -> Iterator[AudioFrame]:
    for packet in container.demux(container.streams.audio[0]):
        try:
            frames = packet.decode()
        except av.InvalidDataError:
            continue
        yield from frames


def _time(frame: AudioFrame) -> Fraction | None:
    if frame.pts is None or frame.time_base is None:
        return None
    return frame.pts * Fraction(frame.time_base)


def _put(window: Samples, at: int, frames: list[AudioFrame]) -> int:
    """Write resampled frames from sample `at` of the window on; returns where they end."""
    for frame in frames:
        samples = frame.to_ndarray().T
        first, last = max(at, 0), min(at + len(samples), len(window))
        if first < last:
            window[first:last] = samples[first - at : last - at]
        at += len(samples)
    return at
