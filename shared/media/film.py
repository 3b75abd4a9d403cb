"""Reading a finished film as a player would: its packets, and its frames one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
from av.container import InputContainer

from shared.errors import InvalidInput
from shared.media.color import Uint8Array
from shared.media.decode import frame_hash
from shared.media.frame import frame_planes
from shared.media.still import small_luma


class Wanted(Enum):
    """What is to be decoded of a group of packets."""

    NOTHING = "nothing"
    FIRST = "first"
    ALL = "all"


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

    `seconds` is when it comes on screen, `hash` is `frame_hash` of its planes, `luma` is its
    `small_luma`, 16..235.
    """

    seconds: Fraction
    hash: str
    luma: Uint8Array

    @classmethod
    def of(cls, frame: av.VideoFrame, tick_seconds: Fraction) -> FilmFrame:
        """What a decoded frame shows; its time counts ticks."""
        planes = frame_planes(frame)
        return cls((frame.pts or 0) * tick_seconds, frame_hash(planes), small_luma(planes.y))


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


def decode_frames(path: Path) -> Iterator[FilmFrame]:
    """Decode all frames of a film in order, one in memory at a time.

    Raises `InvalidInput` for a file that is not a film.
    """
    with _open(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1  # a process per core
        for frame in container.decode(stream):
            yield FilmFrame.of(frame, Fraction(frame.time_base or 1))


def decode_groups(
    path: Path, group_lengths: Sequence[int], wanted: Sequence[Wanted]
) -> Iterator[tuple[int, FilmFrame]]:
    """Decode some groups of a film's packets, or their first: (film frame, picture) in order.

    Each group has to begin with a key frame and to need nothing outside itself. Raises as
    `decode_frames`.
    """
    with _open(path) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        context.thread_count = 1
        packets = (packet for packet in container.demux(stream) if packet.pts is not None)
        start = 0
        tick_seconds = Fraction(stream.time_base or 1)
        for length, part in zip(group_lengths, wanted, strict=True):
            group = list(islice(packets, length))
            if part is not Wanted.NOTHING:
                if part is Wanted.FIRST:
                    del group[1:]
                index = start
                for packet in [*group, None]:
                    for frame in context.decode(packet):
                        yield index, FilmFrame.of(frame, tick_seconds)
                        index += 1
                context.flush_buffers()
            start += length


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
