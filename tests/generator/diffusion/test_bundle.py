"""A bundle is read only when all of its manifests are what the shot needs."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from services.generator.diffusion.bundle import read_bundle
from shared.errors import InvalidInput
from shared.families.family import Part, Task
from tests.encoder.families.desk import at, picture, size
from tests.generator.diffusion.studio import Studio, replaced


def test_tensors_by_their_names_and_nothing_of_another_picture(studio: Studio) -> None:
    geometry = size(64, 64, 9)
    one, other = (at(Part.FIRST, studio.desk.photo(picture(seed))) for seed in (1, 2))
    request = studio.request(Task.FIRST_FRAME, "wan2.2-i2v-a14b", geometry, one)
    bundle = read_bundle(studio.desk.blobs, request)
    assert sorted(bundle) == ["i2v.cond", "text.neg", "text.pos"]
    assert bundle["i2v.cond"]["latents"].shape == (1, 16, 3, 8, 8)
    assert np.isfinite(bundle["i2v.cond"]["latents"]).all()
    swapped = replaced(request, shot=dataclasses.replace(request.shot, pictures=(other,)))
    with pytest.raises(InvalidInput, match=r"i2v\.cond: condition of wan\.i2v: made from"):
        read_bundle(studio.desk.blobs, swapped)
