"""Grids: what is on them, and the nearest to what is not."""

from __future__ import annotations

from fractions import Fraction

import pytest

from shared.errors import InvalidInput
from shared.families.grid import Grid
from tests.shared.families.shots import size

WAN = Grid(16, 8, 4, 16, 1280 * 720, 81, Fraction(16))
LTX = Grid(32, 32, 8, 128, 1920 * 1088, 481, Fraction(24))


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (size(830, 480, 81), "width 830: expected a multiple of 16, as 816 or 832"),
        (size(832, 472, 81), "height 472: expected a multiple of 16, as 464 or 480"),
        (size(832, 16, 81), "height 16: expected at least 32"),
        (size(1920, 1088, 81), "1920x1088 is 2088960 pixels; expected at most 921600"),
        (size(832, 480, 80), r"80 frames: expected 4n \+ 1, as 77 or 81"),
        (size(832, 480, 0), "0 frames: expected 1 to 81"),
        (size(832, 480, 10_000), "10000 frames: expected 1 to 81"),
        (size(832, 480, 81, 0), "frame rate 0: expected more than 0"),
    ],
)
def test_what_is_off_the_grid_is_refused_with_its_neighbours(geometry: object, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        WAN.check(geometry)  # type: ignore[arg-type]


def test_lengths_snap_up_so_that_a_shot_is_covered() -> None:
    for frames in range(1, 82):
        snapped = WAN.snap_frames(frames)
        assert frames <= snapped < frames + 4
        WAN.check(size(64, 64, snapped))
    assert [LTX.snap_frames(frames) for frames in (1, 2, 9, 10, 121)] == [1, 9, 9, 17, 121]
    with pytest.raises(InvalidInput, match="82 frames need 85; expected at most 81"):
        WAN.snap_frames(82)
    with pytest.raises(InvalidInput, match="0 frames"):
        WAN.snap_frames(0)


def test_a_shots_length_is_counted_at_the_models_rate() -> None:
    # 60 frames at 29.97 are 2.002 s: 32.03 frames at 16, so 33.
    assert WAN.frames_for(60, Fraction(30000, 1001)) == 33
    assert WAN.frames_for(60, Fraction(30)) == 33
    assert LTX.frames_for(24, Fraction(24)) == 25


@pytest.mark.parametrize(
    ("asked", "snapped"),
    [((1280, 720), (1280, 720)), ((854, 480), (848, 480)), ((1920, 1080), (1280, 720))],
)
def test_sizes_snap_down(asked: tuple[int, int], snapped: tuple[int, int]) -> None:
    assert WAN.snap_size(*asked) == snapped
    WAN.check(size(*snapped, 81))


def test_sizes_that_cannot_be_are_refused() -> None:
    with pytest.raises(
        InvalidInput, match="4000x20 becomes 4000x16; expected sides of at least 32"
    ):
        WAN.snap_size(4000, 20)
    with pytest.raises(InvalidInput, match="0x9"):
        WAN.snap_size(0, 9)


def test_latents_have_the_published_shapes() -> None:
    assert WAN.latent_shape(size(832, 480, 81)) == (1, 16, 21, 60, 104)
    assert WAN.latent_shape(size(1280, 720, 81)) == (1, 16, 21, 90, 160)
    assert LTX.latent_shape(size(768, 512, 121)) == (1, 128, 16, 16, 24)
    assert WAN.latent_frames(1) == 1
