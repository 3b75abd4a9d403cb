from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from shared.actions import Backend, action_key
from shared.brief import Size
from shared.generate import GenerateRequest
from shared.procedural import ProceduralRequest, SceneKind
from shared.schema import from_json, to_json

SPEC = ProceduralRequest(
    SceneKind.FLOW, ("#000000", "#ffffff"), Size(64, 64), Fraction(30000, 1001), 5, 3, (0.5,) * 5
)
BACKEND = Backend("generate/test", 1, "library==1")


def test_a_request_reads_back_as_itself() -> None:
    request = GenerateRequest(SPEC)
    assert from_json(GenerateRequest, to_json(request)) == request


def test_everything_that_is_asked_is_in_the_key() -> None:
    others = [
        SPEC,
        replace(SPEC, seed=4),
        replace(SPEC, scene=SceneKind.MIST),
        replace(SPEC, energy=()),
        replace(SPEC, accents=((1, 0.5),)),
        replace(SPEC, palette=("#000001", "#ffffff")),
        replace(SPEC, frames=6),
    ]
    keys = {action_key(BACKEND, GenerateRequest(spec)) for spec in others}
    assert len(keys) == len(others)
