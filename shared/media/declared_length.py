"""How long a sound file says it is, so that one that was cut off is noticed.

libav often answers with an estimate from the bit rate or from the file's size, which agrees with
any truncated file; here a length counts only if the file itself states it.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

# Their demuxers read each stream's length from a header.
_STATED_PER_STREAM = frozenset({"mov,mp4,m4a,3gp,3g2,mj2", "flac", "aiff", "caf", "w64"})
_UNKNOWN_SIZES = (0, 0xFFFFFFFF)  # what a recorder writes that cannot go back to its header


def declared_seconds(path: Path, container: InputContainer, stream: AudioStream) -> float | None:
    """Length in seconds that the file states for its sound; None where it states none."""
    name = container.format.name
    if name == "wav":
        return _wav_seconds(path)
    if name in _STATED_PER_STREAM or (name == "mp3" and _has_xing_header(path)):
        if stream.duration is None or stream.time_base is None:
            return None
        return float(stream.duration * stream.time_base)
    if name == "matroska,webm" and all(other.type == "audio" for other in container.streams):
        # The one length is that of the longest stream, which with a picture may be the picture.
        return None if container.duration is None else container.duration / av.time_base
    return None


def _wav_seconds(path: Path) -> float | None:
    bytes_per_second = 0
    with path.open("rb") as file:
        file.seek(12)
        while len(header := file.read(8)) == 8:
            name, size = struct.unpack("<4sI", header)
            if name == b"data":
                is_known = bytes_per_second and size not in _UNKNOWN_SIZES
                return size / bytes_per_second if is_known else None
            if name == b"fmt " and len(head := file.read(12)) == 12:
                bytes_per_second = struct.unpack("<HHII", head)[3]
                size -= 12
            file.seek(size + size % 2, 1)
    return None


def _has_xing_header(path: Path) -> bool:
    with path.open("rb") as file:
        _skip_id3(file)
        first_frame = file.read(512)
    return b"Xing" in first_frame or b"Info" in first_frame


def _skip_id3(file: BinaryIO) -> None:
    head = file.read(10)
    size = 0
    for byte in head[6:]:  # 7 bits each
        size = size << 7 | (byte & 0x7F)
    file.seek(10 + size if head[:3] == b"ID3" else 0)
