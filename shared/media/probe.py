"""What a media file is, by its content: the first thing that happens to an upload.

Nothing is believed that was not opened: photos are decoded, a video's first frame is decoded and
its packets are read to the end, audio is decoded whole. Names and extensions say nothing.
Animated GIF, WebP and PNG count as photos and show their first frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.reformatter import ColorTrc
from av.video.stream import VideoStream

from shared.brief import MediaKind
from shared.errors import InvalidInput
from shared.media.probe_photo import probe_photo
from shared.media.promise import is_short, promised_seconds
from shared.observation import MediaInfo

ACCEPTED = (
    "a photo (JPEG, PNG, WebP, TIFF, BMP, GIF, AVIF), a video (MP4, MOV, MKV, WebM, AVI, MPEG, "
    "FLV) or audio (WAV, MP3, FLAC, AAC, M4A, OGG, AIFF)"
)
MIN_VIDEO_SIDE_PIXELS, MAX_VIDEO_SIDE_PIXELS = 32, 8192
MAX_DURATION_SECONDS = 6 * 3600
MAX_FRAME_RATE = 1000  # above it, a rate is an accident of the time base

# Demuxers of files that hold their own media: no playlists, no "concat", no image sequences,
# nothing that names another file or address.
_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,wav,w64,mp3,flac,aac,aiff,caf"
)
_FORMAT_NAMES = {"mov,mp4,m4a,3gp,3g2,mj2": "mp4", "matroska,webm": "matroska"}
_HDR = {int(ColorTrc.SMPTE2084): "PQ", int(ColorTrc.ARIB_STD_B67): "HLG"}
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
_MAX_DAMAGED_PACKETS = Fraction(1, 10)


def probe(path: Path) -> MediaInfo:
    """Open a file and say what it is.

    Raises `InvalidInput`, with a message that says what was found and what is accepted but does
    not name the file, for whatever cannot be used: nothing or text in it, no picture or sound
    that decodes, truncated, HDR, sides of a photo outside 32 to 16384 pixels or more than 100
    megapixels, sides of a video outside 32 to 8192 pixels, more than 6 hours.
    """
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head:
        raise InvalidInput(f"found an empty file (0 bytes); expected {ACCEPTED}")
    photo = probe_photo(path)
    if photo is not None:
        return photo
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        raise InvalidInput(f"found a HEIC photo, which cannot be read here; expected {ACCEPTED}")
    with open_container(path, head) as container:
        return _probe_container(container, path)


@contextmanager
def open_container(path: Path, head: bytes) -> Iterator[InputContainer]:
    """A file opened by one of the accepted demuxers; `InvalidInput` says what it is otherwise."""
    options = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}
    try:
        container = av.open(str(path), options=options, metadata_errors="replace")
    except (av.FFmpegError, ValueError) as error:
        found = "text" if _is_text(head) else "data that no photo, video or audio format begins with"
        if head[4:8] in (b"ftyp", b"moov", b"mdat"):
            found = "a truncated or damaged MP4 or MOV (its index is missing)"
        raise InvalidInput(f"found {found}; expected {ACCEPTED}") from error
    with container:
        yield container


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        head[:-4].decode() if len(head) > 4 else head.decode()
    except UnicodeDecodeError:
        return False
    return True


def _probe_container(container: InputContainer, path: Path) -> MediaInfo:
    video = next((s for s in container.streams.video if is_moving_picture(s)), None)
    audio = next((s for s in container.streams.audio if s.codec_context is not None), None)
    if video is None and audio is None:
        found = ", ".join(sorted({s.type for s in container.streams})) or "no stream"
        raise InvalidInput(
            f"found {_format_name(container)} with neither picture nor sound that can be "
            f"decoded ({found}); expected {ACCEPTED}"
        )
    _refuse_long((container.duration or 0) / av.time_base)
    # What is promised has to be read before the streams are, while the container is as opened.
    promised = promised_seconds(container, video or audio, path)
    if video is not None:
        return _probe_video(container, video, audio, promised)
    assert audio is not None
    return _probe_audio(container, audio, promised)


def is_moving_picture(stream: VideoStream) -> bool:
    """Whether a video stream is footage with a decoder, not cover art or thumbnails."""
    still = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
    return stream.codec_context is not None and not stream.disposition & still


@dataclass(frozen=True, slots=True)
class _Extent:
    start: Fraction | None = None
    end: Fraction = Fraction(0)

    def with_packet(self, packet: av.Packet) -> _Extent:
        if packet.pts is None or packet.time_base is None or packet.is_discard:
            return self
        start = packet.pts * packet.time_base
        end = start + (packet.duration or 0) * packet.time_base
        first = start if self.start is None else min(self.start, start)
        return _Extent(first, max(self.end, end))

    @property
    def seconds(self) -> float:
        return 0.0 if self.start is None else float(self.end - self.start)


def _probe_video(
    container: InputContainer,
    video: VideoStream,
    audio: AudioStream | None,
    promised: float | None,
) -> MediaInfo:
    extents = {video.index: _Extent()}
    if audio is not None:
        extents[audio.index] = _Extent()
    frame: VideoFrame | None = None
    try:
        for packet in container.demux([s for s in (video, audio) if s is not None]):
            extents[packet.stream.index] = extents[packet.stream.index].with_packet(packet)
            if frame is None and packet.stream.index == video.index:
                frame = _first_frame(packet)
    except av.FFmpegError:
        pass  # What could be read is compared with what was promised.
    seconds = extents[video.index].seconds
    if frame is None:
        raise InvalidInput(
            f"found {_format_name(container)} video ({video.codec_context.name}) of which no "
            "frame can be decoded; expected a video that plays"
        )
    if is_short(seconds, promised):
        raise InvalidInput(
            f"truncated: {seconds:.2f} s of video are there, {promised:.2f} s are promised; "
            "expected a whole file"
        )
    _refuse_long(seconds)
    width, height = upright_size(frame)
    _refuse_frame(frame, width, height)
    rate = video.average_rate
    info = MediaInfo(
        kind=MediaKind.VIDEO,
        format=_format_name(container),
        codec=video.codec_context.codec.canonical_name,
        width=width,
        height=height,
        frame_rate=rate if rate is not None and 0 < rate <= MAX_FRAME_RATE else None,
        duration_seconds=seconds,
        audio_codec=None,
        audio_sample_rate_hz=None,
        audio_channels=None,
        audio_duration_seconds=None,
    )
    if audio is None or extents[audio.index].start is None:
        return info
    return replace(
        info,
        audio_codec=audio.codec_context.codec.canonical_name,
        audio_sample_rate_hz=audio.codec_context.sample_rate,
        audio_channels=audio.codec_context.channels,
        audio_duration_seconds=extents[audio.index].seconds,
    )
