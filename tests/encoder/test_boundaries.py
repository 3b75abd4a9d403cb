"""Cuts between shots that are known, and all the things that are none."""

from __future__ import annotations

import numpy as np
import pytest

from services.encoder.boundaries import MIN_SHOT_FRAMES, BoundaryFinder, Look
from services.encoder.motion import FlowMeter
from services.encoder.views import Views
from shared.media.color import rgb_to_planes
from tests.encoder.scenes import Rgb, flashed, pan, texture


def _starts(frames: list[Rgb], noise: float = 2.0) -> list[int]:
    rng, meter, finder = np.random.default_rng(0), FlowMeter(), BoundaryFinder()
    for rgb in frames:
        noisy = np.clip(rgb + rng.normal(0, noise, rgb.shape), 0, 255).astype(np.uint8)
        views = Views(rgb_to_planes(noisy))
        finder.add(views.look, meter.step(views.small).mismatch)
    starts = finder.starts()
    assert starts.dtype == np.int64
    return [int(start) for start in starts]


def _card(color: tuple[int, int, int], num_frames: int) -> list[Rgb]:
    return [np.full((180, 320, 3), color, np.uint8)] * num_frames


def test_hard_cuts_between_textures_that_look_alike() -> None:
    frames = [*pan(texture(1), 14, 3), *pan(texture(2), 9, 3), *pan(texture(3), 20, 5, 90)]
    assert _starts(frames) == [0, 14, 23]


def test_a_jump_to_another_part_of_the_same_thing() -> None:
    image = texture(4)
    frames = [*pan(image, 15, 2, at=(300, 300)), *pan(image, 15, 2, at=(850, 800))]
    assert _starts(frames) == [0, 15]


def test_dark_and_dull_shots() -> None:
    frames = [*pan(texture(5, 2.0), 15, 2), *pan(texture(6, 2.0), 15, 2)]
    assert _starts([(frame * 0.35).astype(np.uint8) for frame in frames], noise=1.0) == [0, 15]


def test_flat_cards_without_any_texture() -> None:
    frames = [*_card((200, 30, 30), 10), *_card((30, 30, 200), 10), *_card((250, 250, 250), 10)]
    assert _starts(frames, noise=0.5) == [0, 10, 20]


def test_to_black_and_back() -> None:
    frames = [*pan(texture(7), 12, 2), *_card((0, 0, 0), 8), *pan(texture(7), 12, 2)]
    assert _starts(frames) == [0, 12, 20]


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_flash_is_no_cut(length: int) -> None:
    assert _starts(flashed(pan(texture(8), 30, 2), 14, length)) == [0]


def test_a_strobe_is_no_cut() -> None:
    frames = pan(texture(8), 30, 2)
    for first in range(8, 24, 4):
        frames = flashed(frames, first, 2)
    assert _starts(frames) == [0]


def test_a_cut_beside_a_flash_is_found() -> None:
    frames = [*pan(texture(9), 20, 2), *flashed(pan(texture(10), 20, 2), 6, 2)]
    assert _starts(frames) == [0, 20]


@pytest.mark.parametrize("pixels", [10, 30, 60])
def test_a_fast_pan_is_no_cut(pixels: int) -> None:
    assert _starts(pan(texture(11), 30, pixels, 30)) == [0]


def test_a_slow_fade_is_no_cut() -> None:
    frames = pan(texture(12), 40, 2)
    lights = np.concatenate([np.linspace(1, 0, 20), np.linspace(0, 1, 20)])
    faded = [(f * light).astype(np.uint8) for f, light in zip(frames, lights, strict=True)]
    assert _starts(faded, noise=0.5) == [0]


def test_shots_have_a_least_length() -> None:
    frames = [*pan(texture(13), 15, 2), *pan(texture(14), 3, 2), *pan(texture(15), 15, 2)]
    starts = _starts(frames)
    assert np.diff([*starts, len(frames)]).min() >= MIN_SHOT_FRAMES
    assert _starts([*pan(texture(13), 3, 2), *pan(texture(14), 20, 2)]) == [0]


@pytest.mark.parametrize("num_frames", [1, 2, 7])
def test_very_short_videos_are_one_shot(num_frames: int) -> None:
    assert _starts(pan(texture(1), num_frames, 3)) == [0]


def test_a_look() -> None:
    gray = np.full((90, 160), 100, np.uint8)
    look = Look.of(gray, gray[::2, ::2], gray[::2, ::2])
    assert (look.thumb.shape, look.histogram.shape) == ((3, 18, 32), (1024,))
    assert look.thumb[1].mean() > look.thumb[0].mean()  # colour counts more


@pytest.mark.parametrize("level", [0, 64, 128, 192, 255])
def test_a_histogram_counts_every_colour(level: int) -> None:
    plane = np.full((90, 160), level, np.uint8)
    assert Look.of(plane, plane, plane).histogram.sum() == pytest.approx(1)
