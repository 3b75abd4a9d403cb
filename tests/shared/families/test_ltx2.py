"""LTX-2's requests: prompts through its connectors, pictures anywhere, clips to go on from."""

from __future__ import annotations

import pytest

from shared.errors import InvalidInput
from shared.families.family import Part, Picture, Task
from shared.families.ltx2 import IMAGE_CRF, LTX2
from shared.families.request import DType
from tests.shared.families.shots import image, shot, size, video

_SIZE = size(768, 512, 121, 24)


def test_what_a_text_costs_to_keep() -> None:
    cost = LTX2.cost(Task.TEXT, shot("ltx-2", negative=None), _SIZE, 30)
    assert cost.conditions_mb == pytest.approx(15.7, rel=0.01)  # notes/DIFFUSION
    assert cost.weights_gb == 37.7
    guided = LTX2.cost(Task.TEXT, shot("ltx-2"), _SIZE, 30)
    assert guided.petaflop == pytest.approx(2 * cost.petaflop)


def test_keyframes_cost_tokens_where_they_are_not_the_first() -> None:
    at_first, later = (
        shot("ltx-2", pictures=(Picture(Part.KEYFRAME, image("a"), latent_index=index),))
        for index in (0, 5)
    )
    costs = [LTX2.cost(Task.KEYFRAMES, given, _SIZE, 1).petaflop for given in (at_first, later)]
    assert costs[0] < costs[1]


def test_a_picture_is_encoded_once_wherever_it_stands() -> None:
    requests = [
        LTX2.encode_requests(
            Task.KEYFRAMES,
            shot(
                "ltx-2",
                pictures=(Picture(Part.KEYFRAME, image("a"), index, strength),),
            ),
            geometry,
        )["ltx2.cond.0"]
        for index, strength, geometry in [(0, 1.0, _SIZE), (-1, 0.5, size(768, 512, 33, 25))]
    ]
    assert requests[0] == requests[1]
    assert requests[0].crf == IMAGE_CRF


def test_a_clip_to_go_on_from_is_not_compressed() -> None:
    given = shot("ltx-2", (Part.VIDEO, video("v")), keep_frames=9)
    request = LTX2.encode_requests(Task.EXTEND, given, _SIZE)["ltx2.cond.0"]
    assert request.crf is None
    assert request.geometry == size(768, 512, 9, 24)


def test_latents_are_kept_in_what_they_are_computed_in() -> None:
    for dtype in DType:
        given = shot("ltx-2", (Part.FIRST, image("a")), dtype=dtype)
        request = LTX2.encode_requests(Task.FIRST_FRAME, given, _SIZE)["ltx2.cond.0"]
        assert request.dtype is request.compute is dtype


def test_refusals() -> None:
    far = shot("ltx-2", pictures=(Picture(Part.KEYFRAME, image("a"), latent_index=16),))
    with pytest.raises(InvalidInput, match="keyframe at latent frame 16; expected -16 to 15"):
        LTX2.encode_requests(Task.KEYFRAMES, far, _SIZE)
    with pytest.raises(InvalidInput, match="first_frame: found a video; expected image"):
        LTX2.encode_requests(Task.FIRST_FRAME, shot("ltx-2", (Part.FIRST, video("v"))), _SIZE)
    with pytest.raises(InvalidInput, match="multiple of 32, as 480 or 512"):
        LTX2.encode_requests(Task.TEXT, shot("ltx-2"), size(768, 500, 121, 24))
    with pytest.raises(InvalidInput, match=r"8n \+ 1, as 113 or 121"):
        LTX2.encode_requests(Task.TEXT, shot("ltx-2"), size(768, 512, 120, 24))
