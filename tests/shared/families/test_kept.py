"""The names of kept numbers are those that numpy gives them."""

from __future__ import annotations

import numpy as np

from shared.families.kept import MASK_CHANNELS, stored_dtype
from shared.families.packing import pack_mask, unpack_mask
from shared.families.request import DType


def test_stored_numbers_are_named_as_they_are() -> None:
    mask = np.ones((1, MASK_CHANNELS, 1, 2, 2), np.bool_)
    for dtype in DType:
        assert str(unpack_mask(pack_mask(mask), mask.shape, dtype).dtype) == stored_dtype(dtype)
