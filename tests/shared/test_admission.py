"""Nobody is told of a result that shows a face which nobody has vouched for."""

from __future__ import annotations

import asyncio
import dataclasses

import numpy as np
import pytest

from shared.admission import admit, may_be_shown
from shared.blobs import MemoryBlobs
from shared.clip_samples import VIDEO_FACES
from shared.condition import store_condition
from shared.consent import Attestation, ConsentRequired, ConsentSettings
from shared.diffusion import (
    BundleCondition,
    DecodeRequest,
    DenoiseRequest,
    DiffusionRequest,
    HandoverRequest,
)
from shared.digest import Digest
from shared.families.family import Part, Task
from shared.families.handover import Handover
from shared.families.request import FamilyEncodeRequest
from shared.families.wan import WAN
from shared.generate import GenerateRequest
from shared.recognition import IMAGE_FACES
from shared.requests import EncodeRequest, MeasureRequest
from tests.shared.families.shots import image, shot, size, video

PHOTO, CLIP = image("photo").reference, video("clip").reference
ATTESTED = ConsentSettings(
    tuple(Attestation("", one, "Ada", "2026-05-01T12:00:00+00:00") for one in (PHOTO, CLIP))
)


class Looked:
    """Where looking for faces found so many."""

    def __init__(self, blobs: MemoryBlobs, count: int) -> None:
        self._blobs, self._count = blobs, count
        self.asked: list[EncodeRequest] = []

    def find(self, request: EncodeRequest) -> Digest:
        self.asked.append(request)
        count = self._count
        if request.encoder == VIDEO_FACES:
            boxes = np.zeros((2, 4), np.float32)
            found = {"pts": np.arange(2), "num_faces": np.array([0, count]), "boxes": boxes}
        else:
            found = {
                "boxes": np.zeros((count, 4), np.float32),
                "landmarks": np.zeros((count, 5, 2), np.float32),
                "scores": np.ones(count, np.float32),
            }
        return store_condition(
            self._blobs,
            encoder=request.encoder,
            encoder_version=1,
            reference=request.reference,
            values={"time_base": "1/30"},
            tensors=found,
        )

    async def run(self, request: EncodeRequest) -> Digest:
        return self.find(request)


def first_frame() -> FamilyEncodeRequest:
    """What shows a photo to a model."""
    wanted = shot("wan2.1-i2v-14b-480p", (Part.FIRST, image("photo")))
    return WAN.encode_requests(Task.FIRST_FRAME, wanted, size(832, 480, 9))["i2v.cond"]


def control() -> FamilyEncodeRequest:
    """What shows a clip to a model."""
    wanted = shot("wan2.1-vace-14b", (Part.VIDEO, video("clip")))
    requests = WAN.encode_requests(Task.CONTROL, wanted, size(832, 480, 9))
    return next(request for request in requests.values() if CLIP in request.pictures)


REQUESTS = {"photo": (first_frame(), IMAGE_FACES), "clip": (control(), VIDEO_FACES)}


@pytest.mark.parametrize("name", REQUESTS)
def test_faces_are_refused_unless_attested(name: str) -> None:
    (request, encoder), blobs = REQUESTS[name], MemoryBlobs()
    some, none = Looked(blobs, 2), Looked(blobs, 0)
    with pytest.raises(ConsentRequired, match="shows 2 faces"):
        asyncio.run(admit(request, ConsentSettings(), blobs, some.run))
    assert [look.encoder for look in some.asked] == [encoder]
    assert not may_be_shown(request, ConsentSettings(), blobs, some.find)
    asyncio.run(admit(request, ConsentSettings(), blobs, none.run))
    assert may_be_shown(request, ConsentSettings(), blobs, none.find)


@pytest.mark.parametrize("name", REQUESTS)
def test_what_is_attested_or_checked_before_is_not_looked_at(name: str) -> None:
    (request, _), blobs = REQUESTS[name], MemoryBlobs()
    looked = Looked(blobs, 2)
    for settings in (ATTESTED, ConsentSettings(is_checked_upstream=True)):
        asyncio.run(admit(request, settings, blobs, looked.run))
        assert may_be_shown(request, settings, blobs, looked.find)
    assert looked.asked == []
    others = dataclasses.replace(ATTESTED, tenant="other")
    with pytest.raises(ConsentRequired):
        asyncio.run(admit(request, others, blobs, looked.run))


def test_what_nobody_looked_at_is_not_named() -> None:
    assert not may_be_shown(first_frame(), ConsentSettings(), MemoryBlobs(), lambda look: None)


def test_other_requests_are_let_through() -> None:
    looked = Looked(MemoryBlobs(), 1)
    for request in (MeasureRequest(PHOTO), EncodeRequest(IMAGE_FACES, PHOTO)):
        asyncio.run(admit(request, ConsentSettings(), MemoryBlobs(), looked.run))
        assert may_be_shown(request, ConsentSettings(), MemoryBlobs(), looked.find)
    assert looked.asked == []


def _take() -> GenerateRequest:
    """What makes a film of a photo that was encoded before."""
    wanted = shot("wan2.1-i2v-14b-480p", (Part.FIRST, image("photo")))
    condition = BundleCondition("i2v.cond", PHOTO)
    asked = DiffusionRequest(
        Task.FIRST_FRAME, wanted, size(832, 480, 9), (condition,), seed=1, steps=2
    )
    return GenerateRequest(DecodeRequest(asked, PHOTO))


def test_takes_of_pictures_with_faces_are_refused_unless_attested() -> None:
    blobs = MemoryBlobs()
    looked = Looked(blobs, 1)
    with pytest.raises(ConsentRequired, match="shows 1 face"):
        asyncio.run(admit(_take(), ConsentSettings(), blobs, looked.run))
    assert looked.asked == [EncodeRequest(IMAGE_FACES, PHOTO)]
    assert not may_be_shown(_take(), ConsentSettings(), blobs, looked.find)
    asyncio.run(admit(_take(), ATTESTED, blobs, looked.run))
    assert may_be_shown(_take(), ATTESTED, blobs, looked.find)
    nobody = Looked(blobs, 0)
    asyncio.run(admit(_take(), ConsentSettings(), blobs, nobody.run))
    denoise = GenerateRequest(DenoiseRequest(_take().spec.diffusion, 0, None))  # type: ignore[union-attr]
    with pytest.raises(ConsentRequired):
        asyncio.run(admit(denoise, ConsentSettings(), blobs, looked.run))


def test_who_goes_on_from_a_take_shows_what_that_showed() -> None:
    blobs = MemoryBlobs()
    looked = Looked(blobs, 1)
    taken = Handover(PHOTO, 2, 0, (image("photo"),))
    wanted = shot("wan2.1-vace-14b", handover=taken)
    conditions = (BundleCondition("text.pos", PHOTO),)
    asked = DiffusionRequest(Task.CONTINUE, wanted, size(832, 480, 17), conditions, 1, 2)
    for spec in (DenoiseRequest(asked, 0, None), HandoverRequest(asked, PHOTO, 0, 1, 0)):
        with pytest.raises(ConsentRequired, match="shows 1 face"):
            asyncio.run(admit(GenerateRequest(spec), ConsentSettings(), blobs, looked.run))
        asyncio.run(admit(GenerateRequest(spec), ATTESTED, blobs, looked.run))
