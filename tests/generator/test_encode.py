from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from services.generator.footage.encode import encode_segment
from shared.brief import Size
from shared.media.color import Planes
from shared.media.decode import decode_segment, frame_hash
from shared.media.mux import mux_film
from shared.media.segment import Segment
from shared.media.video import VideoReader
from shared.requests import Delivery, Quality
from tests.shared.media.painting import gray_planes, numbered, read_number

SIZE = Size(160, 90)
RATES = [
    Fraction(24000, 1001),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(60),
]

# A mezzanine is ProRes, every frame by itself: nothing is joined of it.
JOINABLE = [Quality.FINAL, Quality.DRAFT]


def moving(count: int, seed: int) -> Iterator[Planes]:
    """Noise that slides, with a change of picture in the middle: B-frames and inner key frames."""
    random = np.random.default_rng(seed)
    base = random.integers(16, 236, (2, 90, 320)).astype(np.uint8)
    base = (base // 4 + 100).astype(np.uint8)
    half = np.full((45, 80), 100 + seed, np.uint8)
    for index in range(count):
        picture = base[0 if index < count / 2 else 1]
        yield Planes(np.ascontiguousarray(picture[:, index : index + 160]), half, half)


def various(delivery: Delivery) -> list[Segment]:
    return [
        encode_segment(pictures, delivery)
        for pictures in (
            moving(130, 1),
            moving(1, 2),
            (gray_planes(numbered(0)) for _ in range(40)),
            moving(2, 3),
            moving(3, 4),
            (gray_planes(np.full((90, 160), 16, np.uint8)) for _ in range(7)),
            moving(75, 5),
        )
    ]


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("quality", JOINABLE)
def test_joined_segments_decode_as_each_does_alone(
    tmp_path: Path, rate: Fraction, quality: Quality
) -> None:
    segments = various(Delivery(SIZE, rate, quality))
    alone = [frame_hash(planes) for segment in segments for planes in decode_segment(segment)]
    written = [packet.data for segment in segments for packet in segment.packets]
    assert len(alone) == len(written) == 258
    mux_film(tmp_path / "film.mp4", segments, None, rate, 258)
    with VideoReader(tmp_path / "film.mp4") as reader:
        assert reader.frame_rate == rate
        frames = list(reader.frames())
        assert [frame.seconds for frame in frames] == [k / rate for k in range(258)]
        assert [frame_hash(frame.planes()) for frame in frames] == alone
    with av.open(str(tmp_path / "film.mp4")) as container:
        found = [packet for packet in container.demux(video=0) if packet.size]
        assert [bytes(packet) for packet in found] == written
        steps = {(packet.duration or 0) * Fraction(packet.time_base) for packet in found}
        assert steps == {1 / rate}


@pytest.mark.parametrize("quality", JOINABLE)
def test_segments_of_one_delivery_share_their_decoder_configuration(quality: Quality) -> None:
    segments = various(Delivery(SIZE, Fraction(25), quality))
    assert len({segment.extradata for segment in segments}) == 1
    assert segments[0].extradata[0] == 1  # an avcC record
    for segment in segments:
        count = len(segment.packets)
        assert [packet.dts for packet in segment.packets] == list(range(-2, count - 2))
        assert sorted(packet.pts for packet in segment.packets) == list(range(count))
        assert all(packet.pts >= packet.dts for packet in segment.packets)
        assert segment.packets[0].is_key
        assert segment.packets[0].pts == 0
        assert (segment.codec, segment.time_base) == ("h264", Fraction(1, 25))
        assert (segment.width, segment.height) == (160, 90)


def test_key_frames_come_at_least_every_two_seconds() -> None:
    still = (gray_planes(numbered(7)) for _ in range(130))
    segment = encode_segment(still, Delivery(SIZE, Fraction(30)))
    keys = [packet.pts for packet in segment.packets if packet.is_key]
    assert keys == [0, 60, 120]


def test_groups_are_closed() -> None:
    # A key frame that is no IDR frame would let pictures after it refer to pictures before it.
    segment = encode_segment(moving(130, 6), Delivery(SIZE, Fraction(30)))
    keys = [packet for packet in segment.packets if packet.is_key]
    assert len(keys) >= 3
    assert all(_IDR in unit_types(packet.data) for packet in keys)


_IDR = 5


def unit_types(data: bytes) -> list[int]:
    """Types of the length-prefixed units of an H.264 packet."""
    types, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        types.append(data[at + 4] & 0x1F)
        at += 4 + length
    assert at == len(data)
    return types


def test_the_same_frames_give_the_same_bytes() -> None:
    delivery = Delivery(SIZE, Fraction(30))
    first, second = (encode_segment(moving(50, 9), delivery).to_bytes() for _ in range(2))
    assert first == second


def test_colours_are_tagged_and_the_profile_is_high(tmp_path: Path) -> None:
    segment = encode_segment(moving(4, 1), Delivery(SIZE, Fraction(30)))
    mux_film(tmp_path / "film.mp4", [segment], None, Fraction(30), 4)
    with av.open(str(tmp_path / "film.mp4")) as container:
        stream = container.streams.video[0]
        frame = next(container.decode(stream))
        assert stream.profile == "High"
        assert frame.format.name == "yuv420p"
        assert (frame.colorspace, frame.color_range) == (1, 1)
        assert (frame.color_primaries, frame.color_trc) == (1, 1)


@pytest.mark.parametrize(("quality", "within"), [(Quality.FINAL, 2), (Quality.DRAFT, 4)])
def test_pictures_survive(quality: Quality, within: float) -> None:
    pictures = [gray_planes(numbered(number)) for number in range(30)]
    segment = encode_segment(pictures, Delivery(SIZE, Fraction(30), quality))
    for number, planes in enumerate(decode_segment(segment)):
        assert read_number(planes.y) == number
        error = np.abs(planes.y.astype(int) - pictures[number].y).mean()
        assert error <= within


def test_strided_planes_are_encoded_like_packed_ones() -> None:
    delivery = Delivery(SIZE, Fraction(30))
    packed = list(moving(5, 3))
    strided = []
    for planes in packed:
        wide = np.zeros((90, 200), np.uint8)
        wide[:, :160] = planes.y
        strided.append(Planes(wide[:, :160], planes.u, planes.v))
    assert encode_segment(packed, delivery) == encode_segment(strided, delivery)
