"""Where LTX-2's pictures stand, and how long its sound is."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch

from services.generator.diffusion.ltx2_inputs import AudioShape, audio_shape, packed, place_of
from shared.families.family import Part, Picture
from shared.families.request import Geometry
from tests.shared.families.shots import image

_CONFIG = {"sample_rate": 16000, "mel_hop_length": 160, "latent_channels": 8, "mel_bins": 64}


def test_the_sound_is_as_long_as_the_clip() -> None:
    geometry = Geometry(768, 512, 121, Fraction(24))
    assert audio_shape(geometry, _CONFIG) == AudioShape(126, 8, 16)  # 5.04 s of 25 a second


@pytest.mark.parametrize(
    ("part", "index", "found"),
    [
        (Part.FIRST, 0, 0),
        (Part.LAST, 0, 15),
        (Part.KEYFRAME, -1, 15),
        (Part.KEYFRAME, 3, 3),
        (Part.VIDEO, 0, 0),
    ],
)
def test_places_of_pictures(part: Part, index: int, found: int) -> None:
    assert place_of(Picture(part, image("a"), latent_index=index), 16) == found


def test_tokens_are_row_by_row() -> None:
    latents = torch.arange(24.0).reshape(1, 2, 1, 3, 4)
    tokens = packed(latents)
    assert tokens.shape == (1, 12, 2)
    assert tokens[0, :, 0].tolist() == list(range(12))
