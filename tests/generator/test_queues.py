from __future__ import annotations

from fractions import Fraction

from services.generator.queues import QUEUES, RENDER, queue_of
from shared.diffusion import DecodeRequest, DenoiseRequest, DiffusionRequest
from shared.digest import Digest
from shared.families.catalogue import FAMILIES
from shared.families.family import FamilyShot, Task
from shared.families.request import DType, Geometry
from shared.generate import GenerateRequest
from shared.requests import MeasureRequest
from tests.generator.procedural.conftest import asked

BLOB = Digest.of_bytes(b"x")


def diffusion(model: str) -> DiffusionRequest:
    shot = FamilyShot(model, BLOB, None, dtype=DType.FLOAT32)
    return DiffusionRequest(Task.TEXT, shot, Geometry(64, 64, 9, Fraction(16)), (), 0, 4)


def test_a_family_has_a_queue_and_everything_else_shares_one() -> None:
    for family in FAMILIES:
        model = next(iter(family.models))
        queue = f"generate.{family.name}"
        for spec in (
            DenoiseRequest(diffusion(model), 0, None),
            DecodeRequest(diffusion(model), BLOB),
        ):
            assert queue_of(GenerateRequest(spec)) == queue
        assert queue in QUEUES
    assert queue_of(GenerateRequest(asked(frames=1))) == RENDER
    assert queue_of(MeasureRequest(BLOB)) == RENDER
    assert RENDER in QUEUES
