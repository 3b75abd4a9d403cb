"""Wan's conditions as its transformer takes them."""

from __future__ import annotations

import torch

from services.generator.diffusion.bundle import read_bundle
from services.generator.diffusion.wan_inputs import inputs_of
from shared.diffusion import Guidance
from shared.families.family import Part, Task
from tests.encoder.families.desk import at, picture, size
from tests.generator.diffusion.studio import Studio

_SIZE = size(64, 64, 9)


def test_prompts_are_padded_and_frames_lie_beside_the_noise(studio: Studio) -> None:
    part = at(Part.FIRST, studio.desk.photo(picture(1)))
    request = studio.request(
        Task.FIRST_FRAME, "wan2.1-i2v-14b-480p", _SIZE, part, guidance=Guidance(1.0)
    )
    inputs = inputs_of(request, read_bundle(studio.desk.blobs, request), 0)
    assert inputs.wanted.shape == (1, 512, 32)
    assert inputs.unwanted is None
    assert inputs.beside is not None
    assert inputs.beside.shape == (1, 20, 3, 8, 8)
    assert inputs.is_from_frames
    assert inputs.others["encoder_hidden_states_image"].shape == (1, 5, 8)


def test_references_stand_before_the_film_under_one_scale_a_layer(studio: Studio) -> None:
    subjects = [at(Part.SUBJECT, studio.desk.photo(picture(seed))) for seed in (1, 2)]
    request = studio.request(
        Task.REFERENCES, "wan2.1-vace-14b", _SIZE, *subjects, control_scale=0.5
    )
    inputs = inputs_of(request, read_bundle(studio.desk.blobs, request), 2)
    assert inputs.num_references == 2
    assert inputs.control is not None
    assert inputs.control.shape == (1, 96, 5, 8, 8)
    assert torch.equal(inputs.others["control_hidden_states_scale"], torch.tensor([0.5, 0.5]))
    assert not inputs.is_from_frames
