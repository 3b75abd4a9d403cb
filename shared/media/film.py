"""Reading a finished film as a player would: its packets, and its frames one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter

from shared.errors import InvalidInput
from shared.media.color import Uint8Array
from shared.media.decode import frame_hash
from shared.media.frame import frame_planes

_ACCURATE = int(Interpolation.AREA | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT)


@dataclass(frozen=True, slots=True)
class FilmPackets:
    """What the container says of the pictures.

    `times` are the exact presentation times in seconds of all packets, in presentation order;
    `end` is when the last picture ends. `audio_end` is when the sound ends, None without sound.
    `group_sha256` is one hash for each group of packets that was asked for.
    """

    width: int
    height: int
    frame_rate: Fraction
    times: tuple[Fraction, ...]
    end: Fraction
    audio_end: Fraction | None
    group_sha256: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FilmFrame:
    """One decoded frame.

    `seconds` is when it comes on screen, `hash` is `frame_hash` of its planes, `luma` uint8
    [h, w], 16..235.
    """

    seconds: Fraction
    hash: str
    luma: Uint8Array
    _frame: av.VideoFrame
    _reformatter: VideoReformatter

    def rgb(self, width: int, height: int) -> Uint8Array:
        """The picture at a size: uint8 [height, width, 3], R first, 0..255."""
        small = self._reformatter.reformat(
            self._frame,
            width=width,
            height=height,
            format="rgb24",
            src_colorspace=Colorspace.ITU709,
            interpolation=_ACCURATE,
        )
        return np.asarray(small.to_ndarray(), dtype=np.uint8)


def read_packets(path: Path, group_lengths: Sequence[int]) -> FilmPackets:
    """Demux all packets of a film without decoding them.

    `group_sha256` is the SHA-256 (hex) of the bytes of each group of so many packets in decoding
    order; if the film has more packets than the groups together, the rest is one group more.
    Raises `InvalidInput` for a file that is not a film.
    """
    hasher = _GroupHasher(group_lengths)
    times: list[Fraction] = []
    end = Fraction(0)
    with _open(path) as container:
        stream = container.streams.video[0]
        for packet in container.demux(stream):
            if packet.pts is None or packet.time_base is None:
                continue  # the empty packet at the end
            hasher.update(bytes(packet))
            times.append(packet.pts * Fraction(packet.time_base))
            end = max(end, times[-1] + (packet.duration or 0) * Fraction(packet.time_base))
        return FilmPackets(
            width=stream.codec_context.width,
            height=stream.codec_context.height,
            frame_rate=Fraction(stream.average_rate or 0),
            times=tuple(sorted(times)),
            end=end,
            audio_end=_audio_end(container),
            group_sha256=hasher.hexdigests(),
        )


def decode_frames(path: Path, luma_width: int = 160) -> Iterator[FilmFrame]:
    """Decode all frames of a film in order, one in memory at a time.

    Their `luma` is `luma_width` pixels wide (or the film's width if that is less). Raises
    `InvalidInput` for a file that is not a film.
    """
    views = _Views(luma_width)
    with _open(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1  # a process per core
        for frame in container.decode(stream):
            yield views.of(frame)


def decode_groups(
    path: Path, group_lengths: Sequence[int], wanted: Sequence[bool], luma_width: int = 160
) -> Iterator[tuple[int, FilmFrame]]:
    """Decode some groups of a film's packets: (film frame, picture) in order.

    Each group has to begin with a key frame and to need nothing outside itself. Raises as
    `decode_frames`.
    """
    views = _Views(luma_width)
    with _open(path) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        context.thread_count = 1
        packets = (packet for packet in container.demux(stream) if packet.pts is not None)
        start = 0
        for length, is_wanted in zip(group_lengths, wanted, strict=True):
            group = list(islice(packets, length))
            if is_wanted:
                decoded = [frame for packet in [*group, None] for frame in context.decode(packet)]
                context.flush_buffers()
                for index, frame in enumerate(decoded):
                    frame.time_base = stream.time_base  # a bare decoder does not say it
                    yield start + index, views.of(frame)
            start += length


class _Views:
    """Makes `FilmFrame`s; keeps the scalers, which are costly to set up."""

    def __init__(self, luma_width: int) -> None:
        self._luma_width = luma_width
        self._to_luma, self._to_rgb = VideoReformatter(), VideoReformatter()

    def of(self, frame: av.VideoFrame) -> FilmFrame:
        width = min(self._luma_width, frame.width)
        height = max(1, round(width * frame.height / frame.width / 2)) * 2
        luma = self._to_luma.reformat(frame, width, height, "yuv420p", interpolation=_ACCURATE)
        return FilmFrame(
            seconds=(frame.pts or 0) * Fraction(frame.time_base or 1),
            hash=frame_hash(frame_planes(frame)),
            luma=frame_planes(luma).y.copy(),
            _frame=frame,
            _reformatter=self._to_rgb,
        )


@contextmanager
def _open(path: Path) -> Iterator[InputContainer]:
    try:
        with av.open(str(path), format="mp4", options={"protocol_whitelist": "file"}) as container:
            if not container.streams.video:
                raise InvalidInput(f"{path} holds no pictures; expected a film")
            yield container
    except (av.FFmpegError, ValueError) as error:
        raise InvalidInput(f"{path} cannot be read as a film: {error}") from error


def _audio_end(container: InputContainer) -> Fraction | None:
    if not container.streams.audio:
        return None
    stream = container.streams.audio[0]
    ticks = (stream.start_time or 0) + (stream.duration or 0)
    return ticks * Fraction(stream.time_base or 1)


class _GroupHasher:
    """Hashes packets in groups of given lengths, and what is left over as one group more."""

    def __init__(self, lengths: Sequence[int]) -> None:
        self._lengths = list(lengths)
        self._states = [hashlib.sha256() for _ in self._lengths]
        self._index = 0
        self._filled = 0

    def update(self, data: bytes) -> None:
        while self._index < len(self._lengths) and self._filled == self._lengths[self._index]:
            self._index, self._filled = self._index + 1, 0
        if self._index == len(self._states):
            self._states.append(hashlib.sha256())
        self._states[self._index].update(data)
        self._filled += 1

    def hexdigests(self) -> tuple[str, ...]:
        return tuple(state.hexdigest() for state in self._states)
