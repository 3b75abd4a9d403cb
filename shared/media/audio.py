"""Decoding the sound of any accepted file to float samples, by PyAV.

Sample 0 is the first decoded sample after the codec's priming, as far as the file says how long
that is: WAV, FLAC, MP3 with a LAME header, MP4, Matroska, Ogg and Opus do (their lag is 0); raw
ADTS and MPEG-TS do not, and keep the encoder's 1024 to 2112 samples of silence in front.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from shared.errors import InvalidInput, NotFound
from shared.media.container import open_container
from shared.media.declared_length import declared_seconds
from shared.media.formats import ACCEPTED_SOUND
from shared.media.limits import MAX_SOUND_SECONDS
from shared.sync_map import SAMPLE_RATE_HZ

Samples = NDArray[np.float32]

# A scratch or a lost block may damage one packet in fifty, or three in a short sound; more than
# that is not the song any more.
MAX_DAMAGED_SHARE = 0.02
_MAX_DAMAGED_SHORT = 3
# A file may end a little before the length that it declares; more means that it was cut off.
_MAX_MISSING_SHARE = 0.02
_MAX_MISSING_SECONDS = 0.25
# A mix this far below its louder channel is not the music but what is left after cancelling.
_CANCELLED_RATIO = 0.1
_FIRST_SAMPLES = 1 << 20
# Float files may exceed full scale a little; far beyond it they are not sound.
_MAX_LEVEL = 100.0


def decode_audio(
    path: Path,
    sample_rate_hz: int = SAMPLE_RATE_HZ,
    channels: int = 2,
    max_seconds: float = MAX_SOUND_SECONDS,
) -> Samples:
    """Decode the first audio stream of a sound or video file.

    Returns float32 [num_samples, channels] at `sample_rate_hz`, 1.0 is full scale; `channels` is
    1 or 2, other layouts are mixed down by their standard matrix. Damaged packets are replaced by
    silence where the container carries times, so that what follows stays in place. Raises
    `NotFound` for a path that leads nowhere; `InvalidInput` for what is no sound file, has no
    audio stream, is cut off, is damaged in more than 2 % of its packets, or lasts longer than
    `max_seconds`. No message names the file: it may be a blob, and the caller knows its name.
    """
    if channels not in (1, 2):
        raise ValueError(f"expected 1 or 2 channels, got {channels}")
    if not path.exists():
        raise NotFound(f"the file does not exist; expected {ACCEPTED_SOUND}")
    try:
        with open_container(path) as container:
            return _Decoding(path, container, sample_rate_hz, channels, max_seconds).run()
    except (av.FFmpegError, ValueError) as error:
        # libav answers garbage with any of its errors, and PyAV with ValueError.
        reason = (error.strerror if isinstance(error, av.FFmpegError) else None) or "damaged sound"
        raise InvalidInput(f"found {reason}; expected {ACCEPTED_SOUND}") from error


def mono_mix(samples: Samples) -> Samples:
    """One channel to listen to: the mean of the channels, or the loudest if the mean cancels.

    `samples` is [num_samples, channels] or [num_samples]; returns float32 [num_samples].
    """
    if samples.ndim == 1:
        return samples
    mix = np.asarray(samples.mean(axis=1, dtype=np.float32))
    levels = [_power(channel) for channel in samples.T]
    if _power(mix) < _CANCELLED_RATIO**2 * max(levels):
        return np.ascontiguousarray(samples[:, int(np.argmax(levels))])
    return mix


def _power(channel: Samples) -> float:
    return float(np.dot(channel, channel)) / max(len(channel), 1)


class _Decoding:
    """One pass over the packets of one stream; counts what is damaged."""

    def __init__(
        self,
        path: Path,
        container: InputContainer,
        sample_rate_hz: int,
        channels: int,
        max_seconds: float,
    ) -> None:
        self._path = path
        self._container = container
        self._rate = sample_rate_hz
        self._layout = "mono" if channels == 1 else "stereo"
        self._channels = channels
        self._max_seconds = max_seconds
        # Grown in place: joining blocks at the end would hold the whole sound twice.
        self._samples = np.empty((_FIRST_SAMPLES, channels), np.float32)
        self._num_samples = 0
        self._packets = 0
        self._damaged = 0

    def run(self) -> Samples:
        if not self._container.streams.audio:
            kinds = ", ".join(sorted({stream.type for stream in self._container.streams}))
            raise InvalidInput(
                f"has no sound: found {kinds or 'nothing'}, expected an audio stream"
            )
        stream = self._container.streams.audio[0]
        self._resample(stream)
        self._check(stream)
        self._samples.resize((self._num_samples, self._channels), refcheck=False)
        return self._samples

    def _resample(self, stream: AudioStream) -> None:
        resampler, setup = AudioResampler("fltp", self._layout, self._rate), None
        for frame in self._frames(stream):
            found = (frame.format.name, frame.layout.name, frame.sample_rate)
            if setup not in (None, found):
                # The format may change in mid-stream (joined broadcasts); a resampler's may not.
                self._append(resampler.resample(None))
                resampler = AudioResampler("fltp", self._layout, self._rate)
            setup = found
            frame.pts = None  # times are counted in samples; the file's jitter is not wanted
            self._append(resampler.resample(frame))
        if setup is not None:
            self._append(resampler.resample(None))

    def _frames(self, stream: AudioStream) -> Iterator[AudioFrame]:
        # The last good frame, and its time (which whoever gets the frame clears). Where it ended is
        # only reckoned after damage: exact arithmetic for each frame costs as much as decoding.
        last: tuple[int, AudioFrame] | None = None
        is_after_damage = False
        for packet in self._container.demux(stream):
            self._packets += 1
            try:
                frames = list(packet.decode())
            except av.FFmpegError:  # AAC alone answers damage with three different errors
                self._damaged += 1
                is_after_damage = True
                continue
            for frame in frames:
                pts = frame.pts
                if is_after_damage and pts is not None and last is not None:
                    gap = pts * Fraction(frame.time_base or 1) - _end(*last)
                    yield from _silence(frame, round(gap * frame.sample_rate))
                is_after_damage = False
                last = None if pts is None else (pts, frame)
                yield frame

    def _append(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            block = frame.to_ndarray().T.astype(np.float32, copy=False)
            if not np.all(np.abs(block) <= _MAX_LEVEL):  # also False for what is not a number
                raise InvalidInput(
                    f"holds samples beyond {_MAX_LEVEL:g} times full scale or that are not "
                    "numbers; expected sound within full scale"
                )
            end = self._num_samples + len(block)
            if end > len(self._samples):
                self._samples.resize((2 * end, self._channels), refcheck=False)
            self._samples[self._num_samples : end] = block
            self._num_samples = end
        if self._num_samples > self._max_seconds * self._rate:
            raise InvalidInput(
                f"lasts longer than {self._max_seconds:g} s; expected a shorter sound"
            )

    def _check(self, stream: AudioStream) -> None:
        if not self._num_samples:
            raise InvalidInput(
                f"holds no sound that decodes: {self._packets} packets, {self._damaged} damaged; "
                f"expected {ACCEPTED_SOUND}"
            )
        if self._damaged > max(_MAX_DAMAGED_SHORT, MAX_DAMAGED_SHARE * self._packets):
            raise InvalidInput(
                f"is damaged: {self._damaged} of {self._packets} packets do not "
                f"decode; expected at most {MAX_DAMAGED_SHARE:.0%}"
            )
        found = self._num_samples / self._rate
        declared = declared_seconds(self._path, self._container, stream) or found
        if declared - found > max(_MAX_MISSING_SECONDS, _MAX_MISSING_SHARE * declared):
            raise InvalidInput(
                f"is cut off: {found:.2f} s of sound found, "
                f"expected {declared:.2f} s as the file declares"
            )


def _end(pts: int, frame: AudioFrame) -> Fraction:
    """When a frame that starts at `pts` ends, in seconds of its file's time."""
    return pts * Fraction(frame.time_base or 1) + Fraction(frame.samples, frame.sample_rate)


def _silence(like: AudioFrame, num_samples: int) -> Iterator[AudioFrame]:
    if num_samples <= 0:
        return
    frame = AudioFrame(like.format.name, like.layout.name, num_samples)
    for plane in frame.planes:
        # Unsigned 8-bit sound is silent at 128.
        plane.update((b"\x80" if like.format.name.startswith("u8") else b"\0") * plane.buffer_size)
    frame.sample_rate = like.sample_rate
    yield frame
