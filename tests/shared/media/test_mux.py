"""Films as players see them: exact times at every rate, lag 0, tags, the same bytes again."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from shared.errors import ModelFailure
from shared.media.audio import decode_audio
from shared.media.mux import mux_film
from shared.media.segment import Segment
from shared.media.sound import encode_aac
from shared.requests import Quality
from shared.timing import sample_at_frame
from tests.gateway.films import RATES, segment, shots_of, shown, song

LENGTHS = [31, 12, 1, 2, 70]
FRAMES = sum(LENGTHS)


@pytest.fixture(params=RATES, ids=str)
def film(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Fraction]:
    rate: Fraction = request.param
    sound = song(10)[: sample_at_frame(FRAMES, 48_000, rate)]
    path = tmp_path / "film.mp4"
    mux_film(path, shots_of(LENGTHS, rate), encode_aac(sound), rate, FRAMES)
    return path, rate


def boxes(data: bytes) -> list[str]:
    """Names of the outermost boxes of an MP4."""
    names, offset = [], 0
    while offset < len(data):
        size, name = struct.unpack_from(">I4s", data, offset)
        names.append(name.decode("ascii"))
        offset += size
    return names


def test_every_frame_is_at_its_exact_time(film: tuple[Path, Fraction]) -> None:
    path, rate = film
    with av.open(str(path)) as container:
        stream: Any = container.streams.video[0]
        assert stream.start_time == 0
        assert stream.frames == FRAMES
        assert stream.average_rate == rate
        assert stream.duration * stream.time_base == FRAMES / rate
        assert stream.time_base.denominator % rate.numerator == 0
        packets = [packet for packet in container.demux(stream) if packet.pts is not None]
        assert {packet.duration * stream.time_base for packet in packets} == {1 / rate}
    assert shown(path)[0] == [k / rate for k in range(FRAMES)]


def test_frames_come_in_the_order_of_the_segments(film: tuple[Path, Fraction]) -> None:
    assert shown(film[0])[1] == list(range(100, 100 + FRAMES))


def test_packets_are_the_segments_bytes(film: tuple[Path, Fraction]) -> None:
    path, rate = film
    expected = [packet.data for part in shots_of(LENGTHS, rate) for packet in part.packets]
    with av.open(str(path)) as container:
        assert [bytes(p) for p in container.demux(video=0) if p.size] == expected


def test_sound_is_heard_without_lag_and_ends_with_the_film(film: tuple[Path, Fraction]) -> None:
    path, rate = film
    with av.open(str(path)) as container:
        stream: Any = container.streams.audio[0]
        assert stream.start_time == 0
        assert abs(stream.duration / 48_000 - FRAMES / rate) <= Fraction(1, 96_000)
        # The file says so in microseconds.
        assert container.duration == pytest.approx(float(FRAMES / rate) * 1e6, abs=12)
    heard, original = decode_audio(path)[:, 0], song(10)[:, 0]
    count = 30_000
    scores = {
        lag: float(np.dot(heard[2_000 + lag :][:count], original[2_000:][:count]))
        for lag in range(-1_100, 1_101)
    }
    assert max(scores, key=lambda lag: scores[lag]) == 0


def test_colours_are_tagged_in_the_container(film: tuple[Path, Fraction]) -> None:
    data = film[0].read_bytes()
    # nclx: BT.709 primaries, transfer and matrix; limited range.
    assert b"colrnclx" + bytes.fromhex("00010001000100") in data
    assert data.count(b"colr") == 1


def test_index_comes_first_and_nothing_tells_time_or_version(film: tuple[Path, Fraction]) -> None:
    data = film[0].read_bytes()
    assert boxes(data)[:2] == ["ftyp", "moov"]
    assert b"Lavf" not in data
    assert b"Lavc" not in data
    header = data.index(b"mvhd") + 8
    assert data[header : header + 8] == bytes(8)  # created and changed: never


def test_same_input_gives_same_bytes(tmp_path: Path) -> None:
    films = []
    for name in ("one.mp4", "another.mp4"):
        sound = encode_aac(song(2))
        mux_film(tmp_path / name, shots_of([20, 40]), sound, Fraction(30), 60)
        films.append((tmp_path / name).read_bytes())
    assert films[0] == films[1]


def test_longer_sound_is_cut_at_the_last_frame(tmp_path: Path) -> None:
    mux_film(tmp_path / "film.mp4", shots_of([30]), encode_aac(song(3)), Fraction(30), 30)
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert container.streams.audio[0].duration == 48_000
        assert container.duration == 1_000_000


def test_film_without_sound_has_one_track(tmp_path: Path) -> None:
    mux_film(tmp_path / "film.mp4", shots_of([10, 10]), None, Fraction(25), 20)
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert [stream.type for stream in container.streams] == ["video"]


@pytest.mark.parametrize(
    "rate", [Fraction(1), Fraction(25, 2), Fraction(240), Fraction("29.99987")]
)
def test_unusual_rates_are_exact_too(rate: Fraction, tmp_path: Path) -> None:
    parts = [segment(5, 3, rate), segment(9, 4, rate)]
    mux_film(tmp_path / "film.mp4", parts, encode_aac(song(8)), rate, 7)
    assert shown(tmp_path / "film.mp4")[0] == [k / rate for k in range(7)]


def test_draft_segments_join_as_well(tmp_path: Path) -> None:
    parts = [segment(start, 9, quality=Quality.DRAFT) for start in (1, 50)]
    mux_film(tmp_path / "film.mp4", parts, None, Fraction(30), 18)
    assert shown(tmp_path / "film.mp4")[1] == [*range(1, 10), *range(50, 59)]


def test_pictures_and_sound_are_interleaved(tmp_path: Path) -> None:
    mux_film(tmp_path / "film.mp4", shots_of([60, 60]), encode_aac(song(4)), Fraction(30), 120)
    with av.open(str(tmp_path / "film.mp4")) as container:
        packets: list[Any] = [packet for packet in container.demux() if packet.size]
    by_place = sorted(packets, key=lambda packet: packet.pos or 0)
    latest = Fraction(0)
    for packet in by_place:
        time = packet.dts * packet.time_base
        assert time > latest - Fraction(1, 2), "a player would have to seek"
        latest = max(latest, time)


def test_nothing_to_join_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFailure, match="at least one segment"):
        mux_film(tmp_path / "film.mp4", [], None, Fraction(30), 0)


def test_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    parts: list[Segment] = shots_of([5])
    with pytest.raises(ModelFailure, match="cannot be written"):
        mux_film(tmp_path / "no" / "film.mp4", parts, None, Fraction(30), 5)
