"""Which clips are retimed; that they are is in test_keeping, how in tests/generator/retime."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from fractions import Fraction

import pytest

from services.gateway.generating import GenerateWish, clip_request
from shared.brief import Size
from shared.errors import InvalidInput
from shared.generation import PROCEDURAL, Generated, params_of
from shared.procedural import ProceduralRequest
from tests.gateway.test_generating import Asked

SCENE = Generated(PROCEDURAL, "flow", "", params=params_of(palette="#102030 #ff8040"), seed=1)


def wish(retime: str) -> GenerateWish:
    values = {item.name: item.value for item in SCENE.params}
    source = replace(SCENE, params=params_of(**values, retime=retime))
    return GenerateWish(source, 1, 8, 0, Size(128, 96), Fraction(30))


@pytest.mark.parametrize("how", ["flow", "nearest"])
def test_what_is_drawn_at_the_films_rate_stays_as_it_is(how: str) -> None:
    asked = Asked()
    request = asyncio.run(clip_request(asked, wish(how), "shot"))
    assert isinstance(request.spec, ProceduralRequest)
    assert asked.requests == []


def test_another_way_is_refused() -> None:
    with pytest.raises(InvalidInput, match="retime 'blend': expected flow or nearest"):
        asyncio.run(clip_request(Asked(), wish("blend"), "shot"))
