"""Segments of ProRes and PCM in one QuickTime file."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from services.generator.footage.prores import encode_prores
from shared.brief import Size
from shared.errors import ModelFailure
from shared.media.mezzanine import mux_mezzanine
from shared.media.segment import Segment
from shared.requests import Delivery, Quality
from tests.gateway.films import shots_of, song
from tests.shared.media.painting import gray_planes, numbered, read_number

RATE = Fraction(30000, 1001)


def _segment(first: int, frames: int, width: int = 160) -> Segment:
    delivery = Delivery(Size(width, 90), RATE, Quality.MEZZANINE)
    pictures = (gray_planes(numbered(first + n, width, 90)) for n in range(frames))
    return encode_prores(pictures, delivery)


def test_frames_and_samples_come_back_in_their_places(tmp_path: Path) -> None:
    path, sound = tmp_path / "film.mov", song(0.5)
    assert mux_mezzanine(path, [_segment(100, 6), _segment(106, 5)], sound, RATE) == 11
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert video.codec_context.name == "prores"
        assert audio.codec_context.name == "pcm_s24le"
        numbers, times = [], []
        for frame in container.decode(video=0):
            numbers.append(
                read_number(np.asarray(frame.to_ndarray(format="yuv420p")[:90], np.uint8))
            )
            times.append((frame.pts or 0) * Fraction(video.time_base or 0))
    assert numbers == list(range(100, 111))
    assert times == [n / RATE for n in range(11)]
    with av.open(str(path)) as container:
        parts = [frame.to_ndarray() for frame in container.decode(audio=0)]
    heard = np.concatenate([p.reshape(-1, 2) for p in parts]).astype(np.float64) / (1 << 31)
    count = min(len(heard), len(sound))
    assert count >= 11 / RATE * 48_000 - 1
    assert np.abs(heard[:count] - sound[:count]).max() < 2**-22


def test_what_does_not_join_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "film.mov"
    with pytest.raises(ModelFailure, match="at least one segment"):
        mux_mezzanine(path, [], None, RATE)
    with pytest.raises(ModelFailure, match="h264, 160x90, does not join"):
        mux_mezzanine(path, [_segment(0, 1), *shots_of([2], RATE)], None, RATE)
    wide = replace(_segment(0, 1), width=320)
    with pytest.raises(ModelFailure, match="320x90, does not join"):
        mux_mezzanine(path, [_segment(0, 1), wide], None, RATE)
