"""Every family of the catalogue has its module, with the functions of the protocol."""

from __future__ import annotations

import dataclasses

from services.generator.diffusion.family import State, family_of
from shared.diffusion import BundleCondition, DiffusionRequest
from shared.families.catalogue import FAMILIES
from shared.families.family import Task
from tests.shared.families.shots import digest, shot, size


def test_adding_a_family_is_adding_a_module() -> None:
    request = DiffusionRequest(
        Task.TEXT,
        shot("ltx-2"),
        size(64, 64, 9, 24),
        (BundleCondition("ltx2.pos", digest("a")),),
        seed=0,
        steps=1,
    )
    for family in FAMILIES:
        asked = dataclasses.replace(request, shot=shot(next(iter(family.models))))
        module = family_of(asked)
        assert all(callable(getattr(module, name)) for name in ("begin", "decode", "decoder"))
        assert module.__name__.endswith(family.name)  # type: ignore[attr-defined]


def test_states_share_no_numbers() -> None:
    one, other = State({}), State({})
    one.numbers["a"] = 1
    assert other.numbers == {}
