"""Reading a film back: packets in groups, frames with hashes, brightness and pictures."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

import pytest

from shared.errors import InvalidInput
from shared.media.decode import decode_segment, frame_hash
from shared.media.film import Wanted, decode_frames, decode_groups, read_packets
from shared.media.mux import mux_film
from shared.media.segment import Segment
from tests.gateway.films import shots_of
from tests.shared.media.painting import read_number

RATE = Fraction(30000, 1001)


@pytest.fixture
def parts() -> list[Segment]:
    return shots_of([20, 15], RATE)


@pytest.fixture
def film(parts: list[Segment], tmp_path: Path) -> Path:
    mux_film(tmp_path / "film.mp4", parts, None, RATE, 35)
    return tmp_path / "film.mp4"


def test_packets_are_hashed_in_groups(film: Path, parts: list[Segment]) -> None:
    found = read_packets(film, [20, 15])
    assert found.group_sha256 == tuple(part.packets_sha256 for part in parts)
    assert (found.width, found.height, found.frame_rate) == (160, 90, RATE)
    assert found.times == tuple(k / RATE for k in range(35))
    assert found.end == 35 / RATE
    assert found.audio_end is None


def test_packets_beyond_the_groups_are_one_group_more(film: Path, parts: list[Segment]) -> None:
    found = read_packets(film, [20])
    assert found.group_sha256 == tuple(part.packets_sha256 for part in parts)
    empty = hashlib.sha256().hexdigest()
    assert read_packets(film, [20, 15, 4]).group_sha256[2] == empty


def test_frames_have_the_segments_hashes(film: Path, parts: list[Segment]) -> None:
    hashes = [frame.hash for frame in decode_frames(film)]
    assert hashes == [frame_hash(planes) for part in parts for planes in decode_segment(part)]
    assert len(set(hashes)) == 35


def test_frames_have_times_and_pictures(film: Path) -> None:
    for index, frame in enumerate(decode_frames(film)):
        assert frame.seconds == index / RATE
        assert read_number(frame.luma) == 100 + index


def test_groups_are_decoded_as_far_as_wanted(film: Path) -> None:
    whole = list(decode_frames(film))
    for wanted, expected in [
        ((Wanted.NOTHING, Wanted.FIRST), [20]),
        ((Wanted.FIRST, Wanted.FIRST), [0, 20]),
        ((Wanted.FIRST, Wanted.ALL), [0, *range(20, 35)]),
        ((Wanted.ALL, Wanted.NOTHING), [*range(20)]),
    ]:
        found = dict(decode_groups(film, [20, 15], wanted))
        assert list(found) == expected
        for index, frame in found.items():
            assert (frame.hash, frame.seconds) == (whole[index].hash, whole[index].seconds)
            assert (frame.luma == whole[index].luma).all()


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_text("not a film")
    with pytest.raises(InvalidInput, match="cannot be read as a film"):
        read_packets(path, [1])
    with pytest.raises(InvalidInput, match="cannot be read as a film"):
        next(decode_frames(path))
