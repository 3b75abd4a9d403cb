"""Segments: packets survive their file bit by bit, and garbage is refused."""

from __future__ import annotations

import json
import struct
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import InvalidInput
from shared.media.segment import Packet, Segment

times = st.integers(-(2**40), 2**40)
packets = st.builds(
    Packet, times, times, st.integers(0, 2**20), st.booleans(), st.binary(max_size=40)
)
segments = st.builds(
    Segment,
    codec=st.sampled_from(["h264", "aac"]),
    time_base=st.sampled_from([Fraction(1001, 30000), Fraction(1, 25), Fraction(1, 48_000)]),
    width=st.integers(0, 4096),
    height=st.integers(0, 4096),
    channels=st.integers(0, 2),
    extradata=st.binary(max_size=40),
    packets=st.lists(packets, max_size=5).map(tuple),
)
SEGMENT = Segment(
    codec="h264",
    time_base=Fraction(1001, 30000),
    width=64,
    height=36,
    channels=0,
    extradata=b"\x01config",
    packets=(Packet(0, -1, 1, True, b"first"), Packet(1, 0, 1, False, b"second")),
)
HEAD = struct.Struct(">8sI")


@given(segments)
def test_a_segment_reads_back_as_itself(segment: Segment) -> None:
    assert Segment.from_bytes(segment.to_bytes()) == segment


def test_the_bytes_are_the_recorded_ones() -> None:
    header = (
        b'{"channels":0,"codec":"h264","extradata":"AWNvbmZpZw==","height":36,'
        b'"packets":[[5,0,-1,1,1],[6,1,0,1,0]],"time_base":"1001/30000","width":64}'
    )
    recorded = b"ONBEATS1" + len(header).to_bytes(4, "big") + header + b"firstsecond"
    assert SEGMENT.to_bytes() == recorded


def test_the_hash_is_of_the_packets_bytes_alone() -> None:
    retimed = Segment.from_bytes(_with_header(time_base="1/25", width=32))
    assert retimed.packets_sha256 == SEGMENT.packets_sha256
    assert SEGMENT.packets_sha256 == (
        "da83f63e1a473003712c18f5afc5a79044221943d1083c7c5a7ac7236d85e8d2"
    )


def _with_header(**changes: Any) -> bytes:
    blob = SEGMENT.to_bytes()
    end = HEAD.size + HEAD.unpack_from(blob)[1]
    header = {**json.loads(blob[HEAD.size : end]), **changes}
    text = json.dumps({name: value for name, value in header.items() if value is not ...}).encode()
    return HEAD.pack(b"ONBEATS1", len(text)) + text + blob[end:]


@given(st.binary(max_size=200))
def test_garbage_is_refused(blob: bytes) -> None:
    for data in (blob, HEAD.pack(b"ONBEATS1", len(blob)) + blob):
        with pytest.raises(InvalidInput, match="not an Onbeat segment"):
            Segment.from_bytes(data)


@given(st.integers(0, len(SEGMENT.to_bytes()) - 1))
def test_a_truncated_segment_is_refused(length: int) -> None:
    with pytest.raises(InvalidInput, match="not an Onbeat segment"):
        Segment.from_bytes(SEGMENT.to_bytes()[:length])


def test_a_longer_segment_is_refused() -> None:
    with pytest.raises(InvalidInput, match="expected"):
        Segment.from_bytes(SEGMENT.to_bytes() + b"x")


@pytest.mark.parametrize(
    "changes",
    [
        {"codec": ...},
        {"packets": None},
        {"packets": [[5, 0, 0, 1]]},
        {"packets": [[-1, 0, 0, 1, 1], [12, 1, 0, 1, 0]]},
        {"packets": [["5", 0, 0, 1, 1]]},
        {"time_base": "1/0"},
        {"time_base": "soon"},
        {"extradata": 7},
    ],
    ids=str,
)
def test_a_malformed_header_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="not an Onbeat segment"):
        Segment.from_bytes(_with_header(**changes))


def test_a_header_nested_too_deep_is_refused() -> None:
    text = b"[" * 100_000
    with pytest.raises(InvalidInput, match="not an Onbeat segment"):
        Segment.from_bytes(HEAD.pack(b"ONBEATS1", len(text)) + text)
