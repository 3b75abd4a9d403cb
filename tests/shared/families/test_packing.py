"""What is not kept is made again exactly."""

from __future__ import annotations

import numpy as np
import pytest

from shared.errors import InvalidInput
from shared.families.kept import stored_dtype
from shared.families.packing import (
    control_condition,
    image_condition,
    pack_mask,
    restore_prompt,
    unpack_mask,
)
from shared.families.request import DType

_RNG = np.random.default_rng(0)


def _latents(frames: int, dtype: type = np.float32) -> np.ndarray:
    return _RNG.integers(1, 999, (1, 16, frames, 2, 3)).astype(dtype)


def test_a_prompts_tail_is_exact_zeros() -> None:
    own = np.array([[1.5, -0.0], [2.5, 3.5]], np.float32)
    whole = restore_prompt(own, 5)
    assert whole.shape == (1, 5, 2)
    assert whole[0, :2].tobytes() == own.tobytes()
    assert whole[0, 2:].tobytes() == bytes(3 * 2 * 4)
    with pytest.raises(InvalidInput, match="2 tokens; expected at most 1"):
        restore_prompt(own, 1)


@pytest.mark.parametrize("dtype", list(DType))
def test_a_mask_comes_back_as_numbers(dtype: DType) -> None:
    mask = _RNG.random((1, 64, 3, 5, 7)) < 0.3
    packed = pack_mask(mask)
    assert packed.nbytes == -(-mask.size // 8)
    back = unpack_mask(packed, mask.shape, dtype)
    assert str(back.dtype) == stored_dtype(dtype)
    one = {DType.BFLOAT16: 0x3F80, DType.FLOAT32: 1.0}[dtype]
    assert np.array_equal(back, np.where(mask, one, 0).astype(back.dtype))
    with pytest.raises(InvalidInput, match=f"mask of {packed.size} bytes; expected 1"):
        unpack_mask(packed, (1, 2), dtype)


def test_four_channels_say_which_frames_are_given() -> None:
    latents = _latents(3)
    for has_last in (False, True):
        whole = image_condition(latents, has_last=has_last, dtype=DType.FLOAT32)
        assert whole.shape == (1, 20, 3, 2, 3)
        given = whole[0, :4, :, 0, 0]
        last = [0, 0, 0, int(has_last)]
        assert given.T.tolist() == [[1, 1, 1, 1], [0, 0, 0, 0], last]
        assert np.array_equal(whole[:, 4:], latents)


def test_references_stand_before_the_video_the_last_one_first() -> None:
    video, one, other = _latents(3), _latents(1), _latents(1)
    mask = np.ones((1, 64, 3, 2, 3), np.float32)
    whole = control_condition(video, video + 1, mask, [one, other])
    assert whole.shape == (1, 96, 5, 2, 3)
    assert np.array_equal(whole[:, :16, 0], other[:, :, 0])
    assert np.array_equal(whole[:, :16, 1], one[:, :, 0])
    assert not whole[:, 16:, :2].any()
    assert np.array_equal(whole[:, :16, 2:], video)
    assert np.array_equal(whole[:, 16:32, 2:], video + 1)
    assert whole[:, 32:, 2:].all()


def test_references_of_another_kind_are_refused() -> None:
    video, mask = _latents(2, np.uint16), np.ones((1, 64, 2, 2, 3), np.uint16)
    with pytest.raises(InvalidInput, match=r"float32 \(2, 3\) with a video of uint16"):
        control_condition(video, video, mask, [_latents(1)])
