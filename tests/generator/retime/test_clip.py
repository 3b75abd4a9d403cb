from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from services.generator import generate
from shared.brief import Size
from shared.digest import Digest
from shared.errors import Cancelled, InvalidInput
from shared.generate import GenerateRequest
from shared.media.color import Planes, planes_to_rgb
from shared.media.master import write_rgb_master
from shared.media.retiming import retiming_of
from shared.media.video import VideoReader
from shared.retime import RetimeRequest, Retiming
from tests.generator.conftest import HereContext
from tests.generator.retime.test_flow import error, texture, view

NATIVE, RATE = Fraction(16), Fraction(24)


def clip(context: HereContext, folder: Path, pictures: list[np.ndarray]) -> Digest:
    write_rgb_master(folder / "clip.mp4", pictures, Size(160, 96), NATIVE)
    return context.blobs.put_file(folder / "clip.mp4")


def retimed(context: HereContext, request: RetimeRequest) -> tuple[list[Planes], Retiming]:
    made = generate.perform(GenerateRequest(request), context)
    with context.blobs.local_path(made) as path:
        told = retiming_of(path)
        assert told is not None
        with VideoReader(path) as reader:
            assert reader.frame_rate == request.frame_rate
            return [frame.planes() for frame in reader.frames()], told


@pytest.fixture
def pan(context: HereContext, tmp_path: Path) -> Digest:
    """Five frames of a pan of 6 pixels a frame."""
    return clip(context, tmp_path, [planes_to_rgb(view(20 + 6 * n)) for n in range(5)])


def test_a_pan_at_16_is_even_at_24(context: HereContext, pan: Digest) -> None:
    frames, told = retimed(context, RetimeRequest(pan, RATE, 7))
    for index, frame in enumerate(frames):
        truth = view(20 + 6 * float(index / RATE * NATIVE))
        assert error(frame, truth) < 3
    assert (told.num_kept, told.num_between, told.num_nearest) == (3, 4, 0)
    assert told.worst_share < 0.2


def test_the_clips_own_frames_are_kept_exactly(context: HereContext, pan: Digest) -> None:
    frames, told = retimed(context, RetimeRequest(pan, 2 * NATIVE, 12))
    with context.blobs.local_path(pan) as path, VideoReader(path) as reader:
        own = [frame.planes() for frame in reader.frames()]
    for one, other in zip(frames[:9:2], own, strict=True):
        assert np.array_equal(one.y, other.y)
    # Beyond its end, its last frame.
    assert np.array_equal(frames[11].y, own[-1].y)
    assert (told.num_kept, told.num_between) == (8, 4)


def test_over_a_cut_the_nearest_frame_is_shown_and_told(
    context: HereContext, tmp_path: Path
) -> None:
    one, other = planes_to_rgb(view(20)), texture(2)[:, :160].copy()
    cut = clip(context, tmp_path, [one, one, other, other])
    frames, told = retimed(context, RetimeRequest(cut, 4 * NATIVE, 16))
    assert told.num_nearest == 3
    for index, frame in enumerate(frames):
        nearest = frames[0] if index < 6 else frames[-1]
        assert np.array_equal(frame.y, nearest.y)


def test_equal_requests_give_equal_bytes_and_other_clips_say_nothing(
    context: HereContext, pan: Digest
) -> None:
    request = GenerateRequest(RetimeRequest(pan, RATE, 5))
    assert generate.perform(request, context) == generate.perform(request, context)
    with context.blobs.local_path(pan) as path:
        assert retiming_of(path) is None


def test_it_stops_when_it_is_no_longer_wanted(context: HereContext, pan: Digest) -> None:
    context.patience = 1
    with pytest.raises(Cancelled):
        retimed(context, RetimeRequest(pan, RATE, 7))


def test_numbers_that_make_no_clip_are_refused(pan: Digest) -> None:
    request = RetimeRequest(pan, RATE, 7)
    for odd, words in (
        (replace(request, frames=0), "0 frames"),
        (replace(request, frame_rate=Fraction(1000)), "1000 frames a second"),
    ):
        with pytest.raises(InvalidInput, match=words):
            generate.backend(GenerateRequest(odd))
