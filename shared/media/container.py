"""Opening containers safely, and how long their streams promise to be."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from shared.errors import InvalidInput
from shared.media.formats import ACCEPTED, DEMUXERS, format_of

HEAD_BYTES = 4096

_OPEN_OPTIONS = {"format_whitelist": DEMUXERS, "protocol_whitelist": "file"}
# Formats without an index: FFmpeg's duration is where their last packet is, or a guess from the
# bit rate, so it promises nothing.
_UNPROMISING_FORMATS = {"mpegts", "mpeg", "ogg"}
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
_RIFF_UNKNOWN_SIZE = 0x7FFFF000  # sizes from here on are what writers to a pipe leave behind
_SHORT_SECONDS, _SHORT_PART = 0.5, 0.05


@contextmanager
def open_container(path: Path) -> Iterator[InputContainer]:
    """A file opened by one of the accepted demuxers.

    Raises `InvalidInput`, saying what the file is instead, without naming it.
    """
    try:
        container = av.open(str(path), options=_OPEN_OPTIONS, metadata_errors="replace")
    except (av.FFmpegError, ValueError) as error:  # garbage gets any of libav's errors
        raise InvalidInput(f"found {_look_at(path)}; expected {ACCEPTED}") from error
    with container:
        yield container


def _look_at(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        return f"a file that cannot be read ({error.strerror})"
    if not head:
        return "an empty file (0 bytes)"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "a HEIC photo, which cannot be read here"
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide"):
        return "a truncated or damaged MP4 or MOV (its index is missing)"
    if b"\0" not in head and _is_utf8(head):
        return "text"
    return "data in no known format"


def _is_utf8(head: bytes) -> bool:
    # The last character may have been cut in the middle: up to 3 of its bytes are forgiven.
    for end in range(len(head), max(len(head) - 4, 0), -1):
        try:
            head[:end].decode()
        except UnicodeDecodeError:
            continue
        return True
    return False


def format_name(container: InputContainer) -> str:
    """Short name of a container's format, for example "mp4" or "wav"."""
    return format_of(container.format.name)


def find_video(container: InputContainer) -> VideoStream | None:
    """The first stream of moving pictures that can be decoded; cover art and thumbnails are not."""
    still = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
    for stream in container.streams.video:
        if has_decoder(stream) and not stream.disposition & still:
            return stream
    return None


def find_audio(container: InputContainer) -> AudioStream | None:
    """The first stream of sound that can be decoded."""
    return next((s for s in container.streams.audio if has_decoder(s)), None)


def has_decoder(stream: Any) -> bool:
    """Whether this build of FFmpeg can decode a stream."""
    context = getattr(stream, "codec_context", None)
    return context is not None and context.codec is not None


@dataclass(frozen=True, slots=True)
class Extent:
    """From the first packet's start to the last one's end, in exact seconds."""

    start: Fraction | None = None
    end: Fraction = Fraction(0)

    def with_packet(self, packet: Any) -> Extent:
        """The extent with one more packet; discarded and timeless ones add nothing."""
        if packet.pts is None or packet.time_base is None or packet.is_discard:
            return self
        start = packet.pts * packet.time_base
        end = start + (packet.duration or 0) * packet.time_base
        if self.start is None:
            return Extent(start, end)
        return Extent(min(self.start, start), max(self.end, end))

    def union(self, other: Extent) -> Extent:
        """From the earlier start to the later end."""
        if self.start is None or other.start is None:
            return other if self.start is None else self
        return Extent(min(self.start, other.start), max(self.end, other.end))

    @property
    def seconds(self) -> float:
        """Length of the extent."""
        return 0.0 if self.start is None else float(self.end - self.start)

    def kept_of(self, promised_in: str) -> float:
        """What to compare with the promise of a format: Matroska promises when the end is."""
        if promised_in == "matroska" and self.start is not None:
            return float(self.end)
        return self.seconds


def is_short(seconds: float, promised_seconds: float | None) -> bool:
    """Whether what is there falls short of a promise by more than 5 % and more than 0.5 s."""
    if promised_seconds is None:
        return False
    missing = promised_seconds - seconds
    return missing > _SHORT_SECONDS and missing > _SHORT_PART * promised_seconds


def find_promised_seconds(
    container: InputContainer, video: VideoStream, path: Path
) -> float | None:
    """How long the headers say that the pictures are; None if they say nothing reliable."""
    name = format_name(container)
    if name in _UNPROMISING_FORMATS:
        return None
    if video.duration is not None and video.time_base is not None:
        seconds = float(video.duration * video.time_base)
        return seconds * _riff_promise(path) if name == "avi" else seconds
    return _parse_clock(video.metadata.get("DURATION", ""))


def find_container_promise_seconds(container: InputContainer, num_streams: int) -> float | None:
    """How long the header says that `num_streams` streams are together; None if it does not.

    A container is as long as its longest stream, so with further streams nothing follows.
    """
    if format_name(container) in _UNPROMISING_FORMATS or len(container.streams) != num_streams:
        return None
    return None if container.duration is None else container.duration / av.time_base


def _parse_clock(text: str) -> float | None:
    """Seconds of Matroska's "00:01:02.500000000"."""
    try:
        hours, minutes, seconds = text.strip("\0 ").split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except ValueError:
        return None


def _riff_promise(path: Path) -> float:
    """Size that a RIFF header promises over the file's size; FFmpeg trims to the latter."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(8)
    if len(head) < 8 or head[:4] != b"RIFF":
        return 1.0
    promised = struct.unpack("<I", head[4:])[0] + 8
    return promised / size if size < promised < _RIFF_UNKNOWN_SIZE else 1.0
