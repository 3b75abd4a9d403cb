"""A segment: encoded packets with their times and decoder configuration, in a file of our own.

Joining a film needs packets, not files: reading 60 MP4s costs two CPU-seconds, reading 60
segments next to nothing. Layout: 8 bytes of magic, a big-endian u32 with the length of a JSON
header, the header, then the packets' bytes back to back in decoding order.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, BinaryIO

from shared.errors import InvalidInput

_MAGIC = b"ONBEATS1"
_HEAD = struct.Struct(">8sI")
# What the standard readers below raise on bytes that are not a segment.
_MALFORMED = (struct.error, ValueError, ArithmeticError, LookupError, TypeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Packet:
    """One encoded packet; `pts`, `dts` and `duration` in the segment's time base."""

    pts: int
    dts: int
    duration: int
    is_key: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """Packets of one stream in decoding order.

    `codec` is "h264" or "aac". Video: `time_base` is 1/frame_rate, `width` x `height` pixels,
    pts are 0..frames-1 and packet 0 is an IDR frame. Audio: `time_base` is 1/sample_rate, `width`
    and `height` 0, the first pts is minus the encoder's priming. `extradata` is the decoder's
    configuration.
    """

    codec: str
    time_base: Fraction
    width: int
    height: int
    channels: int
    extradata: bytes
    packets: tuple[Packet, ...]

    @property
    def packets_sha256(self) -> str:
        """SHA-256 over the packets' bytes alone, as they will stand in the film."""
        state = hashlib.sha256()
        for packet in self.packets:
            state.update(packet.data)
        return state.hexdigest()

    def to_bytes(self) -> bytes:
        """The segment as one blob; equal segments give equal bytes."""
        header = {
            "codec": self.codec,
            "time_base": str(self.time_base),
            "width": self.width,
            "height": self.height,
            "channels": self.channels,
            "extradata": base64.b64encode(self.extradata).decode("ascii"),
            "packets": [
                [len(p.data), p.pts, p.dts, p.duration, int(p.is_key)] for p in self.packets
            ],
        }
        text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode("ascii")
        return b"".join([_HEAD.pack(_MAGIC, len(text)), text, *(p.data for p in self.packets)])

    @staticmethod
    def count_packets(stream: BinaryIO) -> int:
        """How many packets a segment has, from its header alone; raises `InvalidInput`."""
        try:
            header = json.loads(stream.read(_read_head(stream.read(_HEAD.size))))
            return len(header["packets"])
        except (struct.error, ValueError, KeyError, TypeError) as error:
            raise InvalidInput(f"not an Onbeat segment: {error}") from error

    @classmethod
    def from_bytes(cls, blob: bytes) -> Segment:
        """Read a segment back; raises `InvalidInput` on anything else."""
        try:
            length = _read_head(blob)
            header = json.loads(blob[_HEAD.size : _HEAD.size + length])
            packets = _read_packets(header["packets"], blob, _HEAD.size + length)
            return cls(
                codec=header["codec"],
                time_base=Fraction(header["time_base"]),
                width=header["width"],
                height=header["height"],
                channels=header["channels"],
                extradata=base64.b64decode(header["extradata"]),
                packets=packets,
            )
        except _MALFORMED as error:
            raise InvalidInput(f"not an Onbeat segment: {error}") from error


def _read_head(data: bytes) -> int:
    magic, length = _HEAD.unpack_from(data)
    if magic != _MAGIC:
        raise ValueError("wrong magic")
    return int(length)


def _read_packets(rows: list[Any], blob: bytes, offset: int) -> tuple[Packet, ...]:
    packets = []
    for size, pts, dts, duration, is_key in rows:
        if size < 0:
            raise ValueError(f"expected a size of at least 0 bytes, got {size}")
        packets.append(Packet(pts, dts, duration, bool(is_key), blob[offset : offset + size]))
        offset += size
    if offset != len(blob):
        raise ValueError(f"expected {offset} bytes, got {len(blob)}")
    return tuple(packets)
