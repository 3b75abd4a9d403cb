"""CLIP's states of first and last frames, as Wan 2.1's image pipelines compute them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import torch

from shared.families.family import Part, Task
from shared.families.request import DType, FamilyEncodeRequest, Source
from shared.families.wan import CLIP
from tests.encoder.families import stock
from tests.encoder.families.desk import Desk, assert_same, picture, tensor


def _request(*sources: Source) -> FamilyEncodeRequest:
    return FamilyEncodeRequest(CLIP, ("wan-clip-h",), sources, DType.FLOAT32, DType.FLOAT32)


def test_states_are_the_pipelines(desk: Desk, components: Path) -> None:
    pipeline = stock.wan_image(components)
    first, last = picture(1), picture(2, 50, 70)
    one, other = desk.photo(first), desk.photo(last)
    with torch.no_grad():
        for images, sources in ((first, (one,)), ([first, last], (one, other))):
            _, tensors = desk.encode(_request(*sources))
            assert_same(tensor(tensors["states"]), pipeline.encode_image(images, "cpu"))


def test_a_pair_is_one_batch(desk: Desk) -> None:
    one, other = desk.photo(picture(1)), desk.photo(picture(2))
    pair = desk.encode(_request(one, other))[1]["states"]
    assert pair.shape == (2, 5, 8)
    apart = [desk.encode(_request(source))[1]["states"][0] for source in (one, other)]
    np.testing.assert_allclose(pair, np.stack(apart), atol=1e-4)


def test_one_picture_is_encoded_once_for_all_lengths_and_sizes(desk: Desk) -> None:
    from tests.encoder.families.desk import at, size

    shot = desk.shot("wan2.1-i2v-14b-480p", at(Part.FIRST, desk.photo(picture(1))))
    from shared.families.wan import WAN

    small, large = (
        WAN.encode_requests(Task.FIRST_FRAME, shot, geometry)["image.clip"]
        for geometry in (size(64, 64, 5), size(480, 320, 81))
    )
    assert small == large
    assert dataclasses.replace(small, dtype=DType.BFLOAT16) != small
