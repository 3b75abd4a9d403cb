from __future__ import annotations

import warnings
from bisect import bisect_right
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from examples.media import demo_references
from shared.errors import InvalidInput
from shared.media.video import VideoReader
from tests.shared.media.painting import (
    av_frame,
    gray_planes,
    numbered,
    numbered_video,
    read_number,
    turn_clockwise,
    write_video,
)

RATES = [
    Fraction(24000, 1001),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(60),
]
MS = Fraction(1, 1000)


def shown_at(path: Path, times: list[Fraction]) -> list[int]:
    with VideoReader(path) as reader:
        return [read_number(frame.planes().y) for frame in reader.frames_at(times)]


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_frames_are_all_there_in_order_at_their_times(
    tmp_path: Path, rate: Fraction, suffix: str
) -> None:
    path = numbered_video(tmp_path / f"v{suffix}", 40, rate)
    with VideoReader(path) as reader:
        frames = list(reader.frames())
        assert abs(reader.frame_rate - rate) < Fraction(1, 50)
    assert [read_number(frame.planes().y) for frame in frames] == list(range(40))
    assert all(a.pts < b.pts for a, b in pairwise(frames))
    tolerance = 0 if suffix == ".mp4" else MS  # Matroska rounds to milliseconds
    assert all(abs(frame.seconds - k / rate) <= tolerance for k, frame in enumerate(frames))
    assert all(a.end_seconds == b.seconds for a, b in pairwise(frames))
    assert abs(frames[-1].end_seconds - 40 / rate) <= 2 * MS


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
@pytest.mark.parametrize("first", [0, 1, 23, 37])
def test_nominal_times_show_their_own_frame(
    tmp_path: Path, rate: Fraction, suffix: str, first: int
) -> None:
    path = numbered_video(tmp_path / f"v{suffix}", 40, rate)
    assert shown_at(path, [k / rate for k in range(first, 40)]) == list(range(first, 40))


def test_a_time_within_a_frame_shows_that_frame(tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "v.mp4", 30, Fraction(25))
    late = [Fraction(k, 25) + Fraction(1, 26) for k in range(30)]
    assert shown_at(path, late) == list(range(30))


def test_variable_frame_rate_is_chosen_by_time(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    gaps = [Fraction(int(g), 90_000) for g in random.integers(900, 18_000, 59)]
    starts = list(accumulate(gaps, initial=Fraction(0)))
    path = numbered_video(tmp_path / "v.mp4", 60, times=starts)
    times = [Fraction(k, 30) for k in range(floor_frames(starts[-1]))]
    assert shown_at(path, times) == [bisect_right(starts, time + MS / 90) - 1 for time in times]
    assert shown_at(path, times[100:]) == [
        bisect_right(starts, t + MS / 90) - 1 for t in times[100:]
    ]


def floor_frames(end: Fraction) -> int:
    return int(end * 30)


def test_the_last_frame_is_held_and_says_where_it_ends(tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "v.mp4", 10, Fraction(25))
    with VideoReader(path) as reader:
        frames = list(reader.frames_at([Fraction(0), Fraction(9, 25), Fraction(5), Fraction(9)]))
    assert [read_number(frame.planes().y) for frame in frames] == [0, 9, 9, 9]
    assert frames[-1].end_seconds == Fraction(10, 25)


def test_a_first_frame_that_is_late_is_time_zero(tmp_path: Path) -> None:
    times = [Fraction(3) + Fraction(k, 30) for k in range(20)]
    path = numbered_video(tmp_path / "v.mkv", 20, times=times)
    with VideoReader(path) as reader:
        assert next(iter(reader.frames())).pts == 0
    assert shown_at(path, [Fraction(k, 30) for k in range(20)]) == list(range(20))


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".flv"])
def test_every_frame_can_be_sought_in_long_open_groups(tmp_path: Path, suffix: str) -> None:
    options = {"preset": "veryfast", "x264-params": "open-gop=1:keyint=25:bframes=3:scenecut=0"}
    path = numbered_video(tmp_path / f"v{suffix}", 80, Fraction(25), options=options)
    for k in range(0, 80, 3):
        assert shown_at(path, [Fraction(k, 25)]) == [k]


def test_reading_again_starts_again(tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "v.mp4", 30)
    with VideoReader(path) as reader:
        assert len(list(reader.frames())) == 30
        assert [read_number(f.planes().y) for f in reader.frames_at([Fraction(1, 2)])] == [15]
        assert [read_number(f.planes().y) for f in reader.frames_at([Fraction(0)])] == [0]
        assert len(list(reader.frames())) == 30


def test_a_second_reader_of_a_file_reads_the_same(tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "v.mp4", 30)
    for _ in range(2):
        assert shown_at(path, [Fraction(1, 2), Fraction(2, 3)]) == [15, 20]
        assert shown_at(path, [Fraction(0)]) == [0]
    with VideoReader(path) as reader:
        assert [read_number(frame.planes().y) for frame in reader.frames()] == [*range(30)]
        assert len(list(reader.frames())) == 30


def test_another_file_in_its_place_is_another_video(tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "v.mp4", 12)
    assert shown_at(path, [Fraction(1, 3)]) == [10]
    other = tmp_path / "other.mp4"
    pictures = [gray_planes(numbered(100 + n, 320, 180)) for n in range(12)]
    write_video(other, [av_frame((p.y, p.u, p.v)) for p in pictures])
    other.replace(path)
    with VideoReader(path) as reader:
        assert (reader.width, reader.height) == (320, 180)
    assert shown_at(path, [Fraction(1, 3)]) == [110]


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_rotation_is_applied(tmp_path: Path, degrees: int) -> None:
    upright = [numbered(number, 96, 160) for number in range(5)]
    stored = [np.ascontiguousarray(np.rot90(luma, degrees // 90)) for luma in upright]
    frames = [av_frame((p.y, p.u, p.v)) for p in map(gray_planes, stored)]
    path = turn_clockwise(write_video(tmp_path / "v.mp4", frames), degrees)
    with VideoReader(path) as reader:
        assert (reader.width, reader.height) == (96, 160)
        for number, frame in enumerate(reader.frames()):
            planes = frame.planes()
            assert planes.y.shape == (160, 96)
            assert planes.u.shape == (80, 48)
            assert read_number(planes.y) == number
            assert frame.gray(48, 80).shape == (80, 48)
            assert frame.rgb(48, 80).shape == (80, 48, 3)
            found = frame.gray(96, 160).astype(int)
            expected = (upright[number].astype(int) - 16) * 255 / 219
            assert np.abs(found - expected).mean() < 4


def test_wide_pixels_become_square(tmp_path: Path) -> None:
    tags = {"sample_aspect_ratio": Fraction(16, 11)}
    path = numbered_video(tmp_path / "v.mp4", 3, size=(88, 72), tags=tags)
    with VideoReader(path) as reader:
        assert (reader.width, reader.height) == (128, 72)
        frame = next(iter(reader.frames_at([Fraction(1, 30)])))
        assert frame.planes().y.shape == (72, 128)
        assert read_number(frame.planes().y) == 1


def test_times_must_not_decrease_or_be_negative(tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "v.mp4", 5)
    with VideoReader(path) as reader:
        with pytest.raises(InvalidInput, match="comes after"):
            list(reader.frames_at([Fraction(1, 10), Fraction(0)]))
        with pytest.raises(InvalidInput, match="comes after"):
            list(reader.frames_at([Fraction(-1)]))


def test_garbage_is_refused_without_naming_paths(tmp_path: Path) -> None:
    good = numbered_video(tmp_path / "good.mp4", 20).read_bytes()
    bad = {
        "empty.mp4": b"",
        "text.mp4": b"this is not a video\n" * 50,
        "noise.mp4": np.random.default_rng(0).bytes(5000),
        "headless.mp4": good[: len(good) // 2],
        "list.m3u8": b"#EXTM3U\n#EXTINF:1,\ngood.mp4\n#EXT-X-ENDLIST\n",
        "list.ffconcat": b"ffconcat version 1.0\nfile good.mp4\n",
    }
    for name, data in bad.items():
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(InvalidInput) as caught:
            VideoReader(path)
        assert str(tmp_path) not in caught.value.message
        assert name not in caught.value.message


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48000)
        samples = np.zeros((1, 4800), np.float32)
        frame = av.AudioFrame.from_ndarray(samples, "fltp", "mono")
        frame.sample_rate, frame.pts = 48000, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(InvalidInput, match="no video"):
        VideoReader(path)


def test_too_small_a_picture_is_refused(tmp_path: Path) -> None:
    frames = [av_frame((np.full((8, 8), 99, np.uint8),) + (np.full((4, 4), 128, np.uint8),) * 2)]
    path = write_video(tmp_path / "v.avi", frames, codec="rawvideo")
    with pytest.raises(InvalidInput, match="8x8"):
        VideoReader(path)


def test_nothing_is_left_open(tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "v.mp4", 5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(50):
            with VideoReader(path) as reader:
                next(iter(reader.frames()))
    open_files = [link.resolve() for link in Path("/proc/self/fd").iterdir() if link.exists()]
    assert path.resolve() not in open_files


def test_444_of_an_old_x264_looks_the_same_however_often_it_is_opened() -> None:
    # Its first packet alone says how the rest is to be read.
    path = next(item.path for item in demo_references() if item.handle == "@cockatoo")
    seconds = Fraction(89, 10)
    planes = []
    for _ in range(2):
        with VideoReader(path) as reader:
            planes.append(next(reader.frames_at([seconds])).planes())
    with VideoReader(path) as reader:
        before = [f for f in reader.frames() if f.seconds <= seconds][-1].planes()
    for found in planes:
        assert all(np.array_equal(getattr(found, p), getattr(before, p)) for p in "yuv")
