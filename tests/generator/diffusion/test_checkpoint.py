"""States hold all that a scheduler remembers, exactly, and are read back only for their take."""

from __future__ import annotations

import dataclasses

import pytest
import torch
from diffusers import FlowMatchEulerDiscreteScheduler

from services.generator.diffusion.checkpoint import (
    LATENTS,
    load_latents,
    load_state,
    restore_scheduler,
    scheduler_state,
    store_latents,
    store_state,
)
from services.generator.diffusion.family import State
from shared.blobs import MemoryBlobs
from shared.condition import load_condition
from shared.diffusion import BundleCondition, DenoiseRequest, DiffusionRequest
from shared.errors import InvalidInput
from shared.families.family import Task
from tests.generator.diffusion.studio import unipc
from tests.shared.families.shots import digest, shot, size

_REQUEST = DiffusionRequest(
    Task.TEXT,
    shot("wan2.1-t2v-1.3b"),
    size(64, 64, 5),
    tuple(BundleCondition(name, digest(name)) for name in ("text.neg", "text.pos")),
    seed=1,
    steps=6,
    checkpoint_steps=3,
)


@pytest.mark.parametrize("kind", ["unipc", "euler"])
def test_a_scheduler_goes_on_exactly_where_another_one_stopped(kind: str) -> None:
    blobs = MemoryBlobs()
    one, other = (
        unipc() if kind == "unipc" else FlowMatchEulerDiscreteScheduler(shift=3.0) for _ in "ab"
    )
    generator = torch.Generator().manual_seed(0)
    noisy = torch.randn(1, 4, generator=generator)
    guesses = torch.randn(6, 1, 4, generator=generator)
    for scheduler in (one, other):
        scheduler.set_timesteps(6)
    for time, guess in zip(one.timesteps[:3], guesses[:3], strict=True):
        noisy = one.step(guess, time, noisy, return_dict=False)[0]
    state = scheduler_state("scheduler", one)
    state.tensors["noisy"] = noisy
    first = DenoiseRequest(_REQUEST, 0, None)
    stored = store_state(blobs, first, state)
    found = load_state(blobs, DenoiseRequest(_REQUEST, 3, stored))
    assert found is not None
    restore_scheduler("scheduler", other, found)
    ours = found.tensors["noisy"]
    for time, guess in zip(one.timesteps[3:], guesses[3:], strict=True):
        noisy = one.step(guess, time, noisy, return_dict=False)[0]
        ours = other.step(guess, time, ours, return_dict=False)[0]
    assert torch.equal(noisy, ours)


def test_the_first_request_has_no_state() -> None:
    assert load_state(MemoryBlobs(), DenoiseRequest(_REQUEST, 0, None)) is None


def test_latents_are_a_condition_that_names_its_take() -> None:
    blobs = MemoryBlobs()
    latents = torch.arange(8.0).reshape(1, 2, 1, 2, 2)
    stored = store_latents(blobs, _REQUEST, {"latents": latents})
    manifest, tensors = load_condition(blobs, stored, LATENTS)
    assert manifest.values["model"] == "wan2.1-t2v-1.3b"
    assert tensors["latents"].shape == (1, 2, 1, 2, 2)
    assert torch.equal(load_latents(blobs, _REQUEST, stored)["latents"], latents)
    with pytest.raises(InvalidInput, match="take is"):
        load_latents(blobs, dataclasses.replace(_REQUEST, seed=2), stored)


def test_a_state_may_hold_no_numbers_and_none() -> None:
    blobs = MemoryBlobs()
    state = State({"noisy": torch.ones(2)}, {"scheduler._step_index": None, "scheduler.order": 2})
    stored = store_state(blobs, DenoiseRequest(_REQUEST, 0, None), state)
    found = load_state(blobs, DenoiseRequest(_REQUEST, 3, stored))
    assert found is not None
    assert found.numbers == state.numbers
