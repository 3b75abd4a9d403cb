"""A denoiser stays for takes that are set up alike, and leaves for another."""

from __future__ import annotations

import pytest

from services.generator.diffusion import resident
from shared.families.family import Task
from tests.encoder.families.desk import size
from tests.generator.diffusion.studio import Studio, replaced

_CLASS = "WanTransformer3DModel"


def test_one_setup_is_resident(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    request = studio.request(Task.TEXT, "wan2.1-t2v-1.3b", size(64, 64, 5))
    blobs = studio.desk.blobs
    first = resident.denoiser(blobs, request, _CLASS, "transformer")
    again = resident.denoiser(blobs, replaced(request, seed=2, steps=9), _CLASS, "transformer")
    assert again is first
    assert resident.loaded() == (first,)
    two = studio.request(Task.TEXT, "wan2.2-t2v-a14b", size(64, 64, 5))
    experts = [
        resident.denoiser(blobs, two, _CLASS, one) for one in ("transformer", "transformer_2")
    ]
    assert resident.loaded() == tuple(experts)
    resident.forget()
    assert resident.loaded() == ()
