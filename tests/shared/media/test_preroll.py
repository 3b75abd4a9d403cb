from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import av
import numpy as np
import pytest

from shared.media.decode import frame_hash
from shared.media.preroll import decode_from
from shared.media.video import VideoReader
from tests.shared.media.painting import numbered_video

B_FRAMES = {"preset": "veryfast", "crf": "16", "g": "60", "bf": "3", "sc_threshold": "0"}
CODECS = {
    "h264": ("v.mp4", "libx264", B_FRAMES),
    "mkv": ("v.mkv", "libx264", B_FRAMES),
    "ts": ("v.ts", "libx264", B_FRAMES),
    "no b-frames": ("v.mp4", "libx264", B_FRAMES | {"bf": "0"}),
    "open groups": ("v.mp4", "libx264", B_FRAMES | {"x264-params": "open-gop=1"}),
    "hevc": ("v.mp4", "libx265", {"x265-params": "keyint=60:bframes=3:log-level=none"}),
    "mpeg4": ("v.avi", "mpeg4", {"g": "60", "bf": "2"}),
    "mpeg2 in ts": ("v.ts", "mpeg2video", {"g": "30", "bf": "2"}),
    "mpeg2": ("v.mpg", "mpeg2video", {"g": "30", "bf": "2"}),
}


def hashes(path: Path) -> list[str]:
    with VideoReader(path) as reader:
        return [frame_hash(frame.planes()) for frame in reader.frames()]


@pytest.mark.parametrize("name", list(CODECS))
def test_a_frame_looks_the_same_however_it_was_reached(tmp_path: Path, name: str) -> None:
    file, codec, options = CODECS[name]
    path = numbered_video(tmp_path / file, 100, codec=codec, options=options)
    straight = hashes(path)
    assert len(straight) == 100
    for first in (1, 2, 3, 29, 30, 31, 44, 58, 59, 60, 61, 77, 97, 98, 99):
        times = [Fraction(index, 30) for index in range(first, min(first + 5, 100))]
        with VideoReader(path) as reader:
            found = [frame_hash(frame.planes()) for frame in reader.frames_at(times)]
        assert found == straight[first : first + 5]


def test_between_frames_of_a_variable_rate_the_one_on_screen_is_kept(tmp_path: Path) -> None:
    gaps = [Fraction(int(g), 90_000) for g in np.random.default_rng(5).integers(900, 30_000, 79)]
    starts = list(accumulate(gaps, initial=Fraction(0)))
    path = numbered_video(tmp_path / "v.mp4", 80, times=starts, options=B_FRAMES)
    straight = hashes(path)
    for first in range(0, 79, 3):
        late = starts[first + 1] - Fraction(1, 2000)  # on screen until the very next moment
        with VideoReader(path) as reader:
            shown = next(iter(reader.frames_at([late])))
            assert frame_hash(shown.planes()) == straight[first]


def decoded_times(path: Path, target: int) -> list[int]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        container.seek(target, stream=stream)
        times = [frame.pts for frame in decode_from(container, stream, target)]
    return [time for time in times if time is not None]


def test_most_frames_before_the_wanted_one_are_left_out_and_none_after(tmp_path: Path) -> None:
    path = numbered_video(tmp_path / "v.mp4", 60, options=B_FRAMES)
    with av.open(str(path)) as container:
        tick = container.streams.video[0].time_base or Fraction(1)
    step = round(Fraction(1, 30) / tick)
    found = [time // step for time in decoded_times(path, 41 * step)]
    assert found[0] == 0
    assert [time for time in found if time >= 41] == list(range(41, 60))
    assert len([time for time in found if time < 41]) < 30


def test_near_the_end_nothing_is_left_out(tmp_path: Path) -> None:
    # No packet after the wanted time says that all pictures before it are known.
    path = numbered_video(tmp_path / "v.mp4", 30, options=B_FRAMES)
    with av.open(str(path)) as container:
        tick = container.streams.video[0].time_base or Fraction(1)
    assert len(decoded_times(path, round(Fraction(29, 30) / tick))) == 30
