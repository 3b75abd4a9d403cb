"""AAC packets: their times, their level of quality, and equal bytes for equal sound."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from shared.errors import Cancelled
from shared.media.segment import Segment
from shared.media.sound import decode_aac, encode_aac
from tests.gateway.films import song

RATE = 48_000


def noise(num_samples: int, channels: int = 2) -> np.ndarray:
    rng = np.random.default_rng(3)
    return (rng.standard_normal((num_samples, channels)) * 0.1).astype(np.float32)


def decoded(segment: Segment) -> np.ndarray:
    """What a decoder without a container makes of the packets, priming included."""
    decoder = av.CodecContext.create("aac", "r")
    decoder.extradata = segment.extradata
    blocks = []
    for packet in segment.packets:
        blocks += [frame.to_ndarray() for frame in decoder.decode(av.Packet(packet.data))]
    return np.concatenate(blocks, axis=1).T


def test_a_decoded_segment_is_the_sound_in_its_place() -> None:
    sound = song(2)
    found = decode_aac(encode_aac(sound))
    assert found.shape == sound.shape
    assert np.linalg.norm(found - sound) < 0.15 * np.linalg.norm(sound)


@pytest.mark.parametrize("num_samples", [1, 1023, 1024, 1025, 48_000, 67_267])
def test_durations_are_priming_and_sound_exactly(num_samples: int) -> None:
    segment = encode_aac(noise(num_samples))
    assert (segment.codec, segment.time_base, segment.channels) == ("aac", Fraction(1, RATE), 2)
    assert segment.packets[0].pts == -1024
    assert sum(packet.duration for packet in segment.packets) == 1024 + num_samples
    ends = [packet.pts + packet.duration for packet in segment.packets]
    assert [packet.pts for packet in segment.packets[1:]] == ends[:-1]
    assert ends[-1] == num_samples


@pytest.mark.parametrize("channels", [1, 2])
def test_sound_survives_in_its_place(channels: int) -> None:
    sound = song(3)[:, :channels]
    heard = decoded(encode_aac(sound))[1024:][: len(sound)]
    assert heard.shape == sound.shape
    # A shift by one sample alone would leave more than a quarter.
    assert np.linalg.norm(heard - sound) < 0.15 * np.linalg.norm(sound)


def test_bit_rate_is_256_kbit() -> None:
    segment = encode_aac(noise(10 * RATE))
    bits = 8 * sum(len(packet.data) for packet in segment.packets)
    assert bits / 10 == pytest.approx(256_000, rel=0.05)


def test_same_sound_gives_same_bytes_without_a_version() -> None:
    first = encode_aac(noise(20_000)).to_bytes()
    assert first == encode_aac(noise(20_000)).to_bytes()
    assert b"Lavc" not in first


def test_input_is_left_as_it_is() -> None:
    sound = noise(5_000)
    encode_aac(sound)
    assert np.array_equal(sound, noise(5_000))


def test_progress_rises_and_may_cancel() -> None:
    told: list[float] = []
    encode_aac(noise(5 * RATE), told.append)
    assert len(told) >= 5
    assert told == sorted(told)
    assert 0 <= told[0] <= told[-1] <= 1

    def refuse(fraction: float) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        encode_aac(noise(RATE), refuse)


@pytest.mark.parametrize("shape", [(0, 2), (1000, 3)])
def test_other_shapes_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="samples"):
        encode_aac(np.zeros(shape, np.float32))
